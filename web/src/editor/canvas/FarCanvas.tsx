import { type InternalNode, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { CARD } from "@/editor/document";
import { nodes as liveNodes } from "@/live/nodes";
import { useTheme } from "@/theme/theme";
import { asStatus } from "@/ui/StatusIcon";
import type { AnyEdge, AnyNode } from "./graph";
import { colorOf, nameOf, painter } from "./painting";

/**
 * The view from far away, where no text can be read. Painting hundreds of cards is what costs a
 * frame there, so that one canvas paints them all. The cards stay in the page for the pointer, the
 * keyboard and their names, and paint nothing themselves.
 */
export function FarCanvas({ isOn }: { isOn: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi<AnyNode, AnyEdge>();
  const theme = useTheme((state) => state.theme);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!isOn || !element || !context) return;
    const color = painter(theme);
    let frame = 0;
    let edges: EdgePath | null = null;
    const draw = () => {
      frame = 0;
      const state = store.getState();
      const { transform, width, height } = state;
      const [tx, ty, zoom] = transform;
      const ratio = devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== wide || element.height !== high) {
        element.width = wide;
        element.height = high;
      }
      edges = edgePath(state, edges);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      context.setTransform(zoom * ratio, 0, 0, zoom * ratio, tx * ratio, ty * ratio);
      context.lineWidth = 1.2 / zoom;
      const seen = inSight(state);
      for (const node of seen) if (node.type === "group") box(context, node, color);
      context.strokeStyle = color["--line-strong"] ?? "";
      context.stroke(edges.path);
      context.font = '600 24px "Inter Variable", sans-serif';
      context.textBaseline = "middle";
      for (const node of seen) {
        if (node.type === "group") continue;
        box(context, node, color);
        if (zoom > 0.22) label(context, node, color);
      }
    };
    const ask = () => {
      if (!frame) frame = requestAnimationFrame(draw);
    };
    const stops = [store.subscribe(ask), liveNodes.subscribeStatuses(ask)];
    draw();
    return () => {
      for (const stop of stops) stop();
      cancelAnimationFrame(frame);
    };
  }, [isOn, store, theme]);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      className="pointer-events-none absolute inset-0 z-3 h-full w-full"
      hidden={!isOn}
    />
  );
}

type State = ReturnType<ReturnType<typeof useStoreApi<AnyNode, AnyEdge>>["getState"]>;
type Seen = InternalNode<AnyNode>;

interface EdgePath {
  nodes: unknown;
  edges: unknown;
  path: Path2D;
}

/** All edges as one path; made again only when the graph has changed. */
function edgePath({ nodes, edges, nodeLookup }: State, before: EdgePath | null): EdgePath {
  if (before && before.nodes === nodes && before.edges === edges) return before;
  const path = new Path2D();
  for (const edge of edges) {
    const [from, to] = [nodeLookup.get(edge.source), nodeLookup.get(edge.target)];
    if (!from || !to) continue;
    const [a, b] = [from.internals.positionAbsolute, to.internals.positionAbsolute];
    const [x1, y1] = [a.x + (from.width ?? CARD.width), a.y + (from.height ?? CARD.height) / 2];
    const [x2, y2] = [b.x, b.y + (to.height ?? CARD.height) / 2];
    const bend = Math.max(30, Math.abs(x2 - x1) / 2);
    path.moveTo(x1, y1);
    path.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  }
  return { nodes, edges, path };
}

function inSight({ nodeLookup, transform, width, height }: State): Seen[] {
  const [tx, ty, zoom] = transform;
  const [left, top] = [-tx / zoom, -ty / zoom];
  const [right, bottom] = [left + width / zoom, top + height / zoom];
  return [...nodeLookup.values()].filter((node) => {
    const { x, y } = node.internals.positionAbsolute;
    const [w, h] = [node.width ?? CARD.width, node.height ?? CARD.height];
    return x + w > left && y + h > top && x < right && y < bottom;
  });
}

function label(context: CanvasRenderingContext2D, node: Seen, color: Record<string, string>) {
  const { x, y } = node.internals.positionAbsolute;
  const name = nameOf(node);
  context.fillStyle = color["--text"] ?? "";
  context.fillText(name.length > 13 ? `${name.slice(0, 12)}…` : name, x + 28, y + 31);
}

function box(context: CanvasRenderingContext2D, node: Seen, color: Record<string, string>): void {
  const { x, y } = node.internals.positionAbsolute;
  const [width, height] = [node.width ?? CARD.width, node.height ?? CARD.height];
  context.fillStyle =
    color[node.type === "note" ? "--note" : node.type === "group" ? "--hover" : "--surface"] ?? "";
  context.strokeStyle = color[node.selected ? "--accent" : "--line"] ?? "";
  context.beginPath();
  context.roundRect(x, y, width, height, 10);
  context.fill();
  context.stroke();
  if (node.type !== "card") return;
  const status = asStatus(liveNodes.get(node.id).status);
  context.fillStyle = color[colorOf(status)] ?? "";
  context.fillRect(x, y + 4, 14, height - 8);
  if (status !== "failed") return;
  // Not by colour alone: a cross over what failed.
  context.strokeStyle = color[colorOf(status)] ?? "";
  context.lineWidth *= 2;
  context.beginPath();
  context.moveTo(x + width - 44, y + height / 2 - 14);
  context.lineTo(x + width - 16, y + height / 2 + 14);
  context.moveTo(x + width - 16, y + height / 2 - 14);
  context.lineTo(x + width - 44, y + height / 2 + 14);
  context.stroke();
  context.lineWidth /= 2;
}
