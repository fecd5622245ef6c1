import { useStore } from "@xyflow/react";
import { Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { useKeys } from "@/app/shortcuts/useKeys";
import { Button, IconButton } from "@/ui/Button";
import { ui, useUi } from "./ui";

/** Zooming, and the small map. */
export function ZoomControls() {
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const hasMap = useUi((state) => state.hasMap);
  const keys = useKeys();
  return (
    <div
      role="toolbar"
      aria-label="Zoom"
      className="absolute right-3 bottom-3 z-4 flex items-center rounded-card border border-line bg-raised p-0.5 shadow-float"
    >
      <IconButton
        label="Zoom out"
        shortcut={keys("editor.zoomOut")}
        onPress={() => ui().view?.zoomBy(1 / 1.2)}
      >
        <Minus size={15} aria-hidden />
      </IconButton>
      <Button
        look="quiet"
        className="num w-13 px-0"
        aria-label={`Zoom is ${percent} percent; set to 100`}
        onPress={() => ui().view?.zoomTo(1)}
      >
        {percent} %
      </Button>
      <IconButton
        label="Zoom in"
        shortcut={keys("editor.zoomIn")}
        onPress={() => ui().view?.zoomBy(1.2)}
      >
        <Plus size={15} aria-hidden />
      </IconButton>
      <IconButton
        label="Show everything"
        shortcut={keys("editor.fit")}
        onPress={() => ui().view?.fit()}
      >
        <Maximize size={15} aria-hidden />
      </IconButton>
      <IconButton
        label={hasMap ? "Hide the map" : "Show the map"}
        shortcut={keys("editor.map")}
        className={hasMap ? "text-accent" : ""}
        onPress={() => useUi.setState({ hasMap: !hasMap })}
      >
        <MapIcon size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
