import type { InternalNode, useStoreApi } from "@xyflow/react";
import { CARD } from "@/editor/document";
import { nodes as liveNodes } from "@/live/nodes";
import { asStatus } from "@/ui/StatusIcon";
import type { AnyEdge, AnyNode } from "./graph";
import { colorOf, nameOf } from "./painting";

/** The picture of a workflow from far away, where no text can be read. */

export type FlowState = ReturnType<ReturnType<typeof useStoreApi<AnyNode, AnyEdge>>["getState"]>;
type Seen = InternalNode<AnyNode>;
type Colors = Record<string, string>;

/** A part of the workflow, in its own coordinates. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The width of lines, in pixels of the screen. */
export const LINE = 1.2;
/** Below this zoom names are no more than specks. */
const NAMES_FROM = 0.22;

/** Paints what lies in an area; what was painted there before is to be cleared. */
export function paint(
  context: CanvasRenderingContext2D,
  state: FlowState,
  lines: Path2D,
  area: Area,
  color: Colors,
): void {
  const zoom = state.transform[2];
  context.lineWidth = LINE / zoom;
  const seen = [...state.nodeLookup.values()].filter((node) => overlaps(boxOf(node), area));
  for (const node of seen) if (node.type === "group") box(context, node, color);
  context.strokeStyle = color["--line-strong"] ?? "";
  context.stroke(lines);
  context.font = '600 24px "Inter Variable", sans-serif';
  context.textBaseline = "middle";
  for (const node of seen) {
    if (node.type === "group") continue;
    box(context, node, color);
    if (zoom > NAMES_FROM) label(context, node, color);
  }
}

export function boxOf(node: Seen): Area {
  const { x, y } = node.internals.positionAbsolute;
  const [width, height] = [node.width ?? CARD.width, node.height ?? CARD.height];
  return { left: x, top: y, right: x + width, bottom: y + height };
}

function overlaps(one: Area, other: Area): boolean {
  return (
    one.right > other.left &&
    one.bottom > other.top &&
    one.left < other.right &&
    one.top < other.bottom
  );
}

/** The line of an edge, from the right of one card to the left of another. */
interface Line {
  from: readonly [x: number, y: number];
  to: readonly [x: number, y: number];
  bend: number;
}

/** The lines of all edges; made again only when the graph has changed. */
export class Lines {
  private readonly lines: Line[] = [];
  /** All of them. */
  readonly path: Path2D;

  constructor(private readonly state: Pick<FlowState, "nodes" | "edges" | "nodeLookup">) {
    for (const edge of state.edges) {
      const [from, to] = [state.nodeLookup.get(edge.source), state.nodeLookup.get(edge.target)];
      if (!from || !to) continue;
      const [a, b] = [boxOf(from), boxOf(to)];
      this.lines.push({
        from: [a.right, (a.top + a.bottom) / 2],
        to: [b.left, (b.top + b.bottom) / 2],
        bend: Math.max(30, Math.abs(b.left - a.right) / 2),
      });
    }
    this.path = pathOf(this.lines);
  }

  isOf({ nodes, edges }: FlowState): boolean {
    return nodes === this.state.nodes && edges === this.state.edges;
  }

  /** Those that may go through an area. */
  through(area: Area): Path2D {
    return pathOf(this.lines.filter((line) => overlaps(boundsOf(line), area)));
  }
}

/** A curve stays between the points that bend it. */
function boundsOf({ from, to, bend }: Line): Area {
  return {
    left: Math.min(from[0], to[0] - bend),
    top: Math.min(from[1], to[1]) - 1,
    right: Math.max(from[0] + bend, to[0]),
    bottom: Math.max(from[1], to[1]) + 1,
  };
}

function pathOf(lines: readonly Line[]): Path2D {
  const path = new Path2D();
  for (const { from, to, bend } of lines) {
    path.moveTo(...from);
    path.bezierCurveTo(from[0] + bend, from[1], to[0] - bend, to[1], ...to);
  }
  return path;
}

function label(context: CanvasRenderingContext2D, node: Seen, color: Colors): void {
  const { x, y } = node.internals.positionAbsolute;
  const name = nameOf(node);
  context.fillStyle = color["--text"] ?? "";
  context.fillText(name.length > 13 ? `${name.slice(0, 12)}…` : name, x + 28, y + 31);
}

function box(context: CanvasRenderingContext2D, node: Seen, color: Colors): void {
  const { left: x, top: y, right, bottom } = boxOf(node);
  const [width, height] = [right - x, bottom - y];
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
