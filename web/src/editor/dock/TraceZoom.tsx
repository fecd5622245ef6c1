import { ZoomIn, ZoomOut } from "lucide-react";
import type { RefObject } from "react";
import { Button, IconButton } from "@/ui/Button";
import { type TimeView, ZOOM_STEP, zoomed } from "./traceZoom";

interface TraceZoomProps {
  view: TimeView | null;
  /** The whole time as it is by then, in milliseconds; it grows while the execution runs. */
  end: RefObject<number>;
  onView: (view: TimeView | null) => void;
}

/** Which part of the time is seen: more or less of it, or all. */
export function TraceZoom({ view, end, onView }: TraceZoomProps) {
  return (
    <fieldset aria-label="Zoom of the time" className="ml-auto flex items-center">
      {view ? (
        <Button look="quiet" onPress={() => onView(null)}>
          Whole time
        </Button>
      ) : null}
      <IconButton
        label="Show more of the time"
        shortcut="-"
        isDisabled={view === null}
        onPress={() => onView(zoomed(view, end.current, 1 / ZOOM_STEP))}
      >
        <ZoomOut size={15} aria-hidden />
      </IconButton>
      <IconButton
        label="Look closer at the time"
        shortcut="+"
        onPress={() => onView(zoomed(view, end.current, ZOOM_STEP))}
      >
        <ZoomIn size={15} aria-hidden />
      </IconButton>
    </fieldset>
  );
}
