import { type InternalNode, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import { nodes as liveNodes } from "@/live/nodes";
import { useTheme } from "@/theme/theme";
import { asStatus } from "@/ui/StatusIcon";
import type { AnyEdge, AnyNode } from "./graph";
import { colorOf, painter } from "./painting";

const SIZE = { width: 180, height: 116 };
/** A canvas that is lower than this is a strip, of which the map would hide the most. */
const LEAST_HEIGHT = 2 * SIZE.height;
const REDRAW_MS = 100;

interface Frame {
  left: number;
  top: number;
  scale: number;
}

type Placed = InternalNode<AnyNode>;

function outline(nodes: readonly Placed[]) {
  const all = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const node of nodes) {
    const { x, y } = node.internals.positionAbsolute;
    all.left = Math.min(all.left, x);
    all.top = Math.min(all.top, y);
    all.right = Math.max(all.right, x + (node.width ?? 0));
    all.bottom = Math.max(all.bottom, y + (node.height ?? 0));
  }
  return all;
}

/**
 * The whole workflow, small; painted ten times a second at most. Hidden where all is in sight, and
 * where there is no room for it.
 */
export function MiniMap() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<Frame>({ left: 0, top: 0, scale: 1 });
  const store = useStoreApi<AnyNode, AnyEdge>();
  const flow = useReactFlow<AnyNode, AnyEdge>();
  const theme = useTheme((state) => state.theme);
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => {
    const color = painter(theme);
    let timer = 0;
    const draw = () => {
      timer = 0;
      const { nodeLookup, transform, width, height } = store.getState();
      const nodes = [...nodeLookup.values()].filter((node) => node.type !== "group");
      if (!nodes.length) return setNeeded(false);
      const [tx, ty, zoom] = transform;
      const seen = {
        left: -tx / zoom,
        top: -ty / zoom,
        right: (width - tx) / zoom,
        bottom: (height - ty) / zoom,
      };
      const all = outline(nodes);
      const needed =
        height >= LEAST_HEIGHT &&
        (all.left < seen.left ||
          all.top < seen.top ||
          all.right > seen.right ||
          all.bottom > seen.bottom);
      setNeeded(needed);
      const element = canvas.current;
      const context = element?.getContext("2d");
      if (!needed || !element || !context) return;
      const left = Math.min(all.left, seen.left) - 40;
      const top = Math.min(all.top, seen.top) - 40;
      const scale = Math.min(
        SIZE.width / (Math.max(all.right, seen.right) + 40 - left),
        SIZE.height / (Math.max(all.bottom, seen.bottom) + 40 - top),
      );
      frame.current = { left, top, scale };
      const ratio = devicePixelRatio || 1;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, SIZE.width, SIZE.height);
      for (const node of nodes) {
        const { x, y } = node.internals.positionAbsolute;
        const name =
          node.type === "note" ? "--note" : colorOf(asStatus(liveNodes.get(node.id).status));
        context.fillStyle = color[node.selected ? "--accent" : name] ?? "";
        context.fillRect(
          (x - left) * scale,
          (y - top) * scale,
          Math.max(2, (node.width ?? 0) * scale),
          Math.max(2, (node.height ?? 0) * scale),
        );
      }
      context.strokeStyle = color["--accent"] ?? "";
      context.lineWidth = 1.5;
      context.strokeRect(
        (seen.left - left) * scale,
        (seen.top - top) * scale,
        (seen.right - seen.left) * scale,
        (seen.bottom - seen.top) * scale,
      );
    };
    const ask = () => {
      if (!timer) timer = window.setTimeout(draw, REDRAW_MS);
    };
    const stops = [store.subscribe(ask), liveNodes.subscribeStatuses(ask)];
    ask();
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [store, theme]);
  const go = (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const { left, top, scale } = frame.current;
    void flow.setCenter(
      (event.clientX - box.left) / scale + left,
      (event.clientY - box.top) / scale + top,
      { zoom: flow.getZoom() },
    );
  };
  const ratio = devicePixelRatio || 1;
  return (
    <canvas
      ref={canvas}
      width={SIZE.width * ratio}
      height={SIZE.height * ratio}
      style={SIZE}
      aria-hidden
      hidden={!isNeeded}
      onPointerDown={go}
      onPointerMove={go}
      className="absolute right-3 bottom-12 z-4 cursor-crosshair rounded-card border border-line bg-raised shadow-float"
    />
  );
}
