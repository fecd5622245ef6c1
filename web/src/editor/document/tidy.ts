import { CARD, GRID, moveTo, placeOf } from "./drawing";
import type { Operation, Place, WorkflowDocument } from "./types";

/** Where nodes stand when a machine arranges them: all, or only some, around the same middle. */
export async function tidied(
  document: WorkflowDocument,
  only: readonly string[] | null = null,
): Promise<Operation> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const ids = only && only.length > 1 ? only : Object.keys(document.nodes);
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 48, ranksep: 96 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { ...CARD });
  for (const edge of document.edges)
    if (graph.hasNode(edge.source) && graph.hasNode(edge.target))
      graph.setEdge(edge.source, edge.target);
  layout(graph);
  const places = ids.map((id): [string, Place] => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return [id, [x - CARD.width / 2, y - CARD.height / 2]];
  });
  const [dx, dy] = offset(document, places, ids.length < Object.keys(document.nodes).length);
  const snap = (value: number) => Math.round(value / GRID) * GRID;
  return moveTo(places.map(([id, [x, y]]): [string, Place] => [id, [snap(x + dx), snap(y + dy)]]));
}

/** A part of the nodes keeps its upper left corner; a whole workflow starts at 0, 0. */
function offset(document: WorkflowDocument, places: [string, Place][], partly: boolean): Place {
  if (!partly || !places.length) return [0, 0];
  const corner = (all: Place[]): Place => [
    Math.min(...all.map(([x]) => x)),
    Math.min(...all.map(([, y]) => y)),
  ];
  const before = corner(places.map(([id]) => placeOf(document, id)));
  const after = corner(places.map(([, place]) => place));
  return [before[0] - after[0], before[1] - after[1]];
}
