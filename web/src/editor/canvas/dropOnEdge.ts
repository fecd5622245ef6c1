import { insertOnEdge, MAIN, type Operation, workflow } from "@/editor/document";
import type { AnyNode } from "./graph";
import type { NodeTypes } from "./ports";

/** The edge below a point of the screen. */
export function edgeAt(x: number, y: number): string | null {
  return elementAt(x, y)?.getAttribute("data-id") ?? null;
}

function elementAt(x: number, y: number): Element | null {
  for (const element of window.document.elementsFromPoint(x, y)) {
    const edge = element.closest(".react-flow__edge");
    if (edge) return edge;
  }
  return null;
}

let marked: Element | null = null;

/** Show that what is dragged would be put into the edge below a point; null: into none. */
export function markEdge(point: { x: number; y: number } | null): void {
  const found = point && elementAt(point.x, point.y);
  if (found === marked) return;
  marked?.classList.remove("tg-drop");
  found?.classList.add("tg-drop");
  marked = found;
}

/** Whether a node can be dropped on an edge: it stands alone, and something can lead into it. */
export function isLoose(node: AnyNode, types: NodeTypes): boolean {
  const { document } = workflow();
  if (node.type !== "card" || types.get(node.data.node.type)?.is_trigger) return false;
  return !document.edges.some(({ source, target }) => source === node.id || target === node.id);
}

/** Puts a node that was dropped on an edge into it. */
export function insertDropped(edge: string, node: AnyNode, types: NodeTypes): Operation {
  const type = node.type === "card" ? types.get(node.data.node.type) : undefined;
  return insertOnEdge(edge, node.id, type?.inputs[0] ?? MAIN, type?.outputs[0] ?? MAIN);
}
