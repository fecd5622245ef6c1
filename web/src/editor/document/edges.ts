import { edgeText } from "./convert";
import { type Edge, MAIN, type Operation, type WorkflowDocument } from "./types";

export function hasEdge(document: WorkflowDocument, edge: Edge): boolean {
  const text = edgeText(edge);
  return document.edges.some((other) => edgeText(other) === text);
}

/** The edges that lead into a node. */
export function edgesInto(document: WorkflowDocument, id: string): Edge[] {
  return document.edges.filter((edge) => edge.target === id);
}

/** Why two ports can't be connected, or null where they can. */
export function connectProblem(document: WorkflowDocument, edge: Edge): string | null {
  if (!document.nodes[edge.source] || !document.nodes[edge.target]) return "There is no such node.";
  if (edge.source === edge.target) return "A node can't be connected to itself.";
  if (hasEdge(document, edge)) return "These two are connected already.";
  return null;
}

export function connect(...edges: Edge[]): Operation {
  return (document) => {
    let next = document;
    for (const edge of edges)
      if (!connectProblem(next, edge)) next = { ...next, edges: [...next.edges, edge] };
    return next;
  };
}

/** Remove edges by their texts. */
export function disconnect(texts: Iterable<string>): Operation {
  const gone = new Set(texts);
  return (document) => {
    const edges = document.edges.filter((edge) => !gone.has(edgeText(edge)));
    return edges.length === document.edges.length ? document : { ...document, edges };
  };
}

/** Let an edge begin or end elsewhere; it keeps its position in the order of edges. */
export function reconnect(text: string, edge: Edge): Operation {
  return (document) => {
    const without = disconnect([text])(document);
    if (without === document || connectProblem(without, edge)) return document;
    const edges = document.edges.map((other) => (edgeText(other) === text ? edge : other));
    return { ...document, edges };
  };
}

/** Put a node that is there into the middle of an edge. */
export function insertOnEdge(text: string, id: string, input = MAIN, output = MAIN): Operation {
  return (document) => {
    const edge = document.edges.find((other) => edgeText(other) === text);
    if (!edge || edge.source === id || edge.target === id || !document.nodes[id]) return document;
    return connect(
      { source: edge.source, output: edge.output, target: id, input },
      { source: id, output, target: edge.target, input: edge.input },
    )(disconnect([text])(document));
  };
}

/** The ids before and after a node along edges, without repeats. */
export function neighbours(
  document: WorkflowDocument,
  id: string,
): { before: string[]; after: string[] } {
  const before = new Set<string>();
  const after = new Set<string>();
  for (const edge of document.edges) {
    if (edge.target === id) before.add(edge.source);
    if (edge.source === id) after.add(edge.target);
  }
  return { before: [...before], after: [...after] };
}
