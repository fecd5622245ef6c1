import { moveTo, placeOf } from "./drawing";
import { type Edge, MAIN, type Operation, type WorkflowDocument } from "./types";

/**
 * Let the two nodes of an edge change places. Null where they don't stand in a row: another edge
 * leads into the second, nothing leads into the first, or they go in a circle.
 */
function swapped(document: WorkflowDocument, between: Edge): Operation | null {
  const { source: id, target: next } = between;
  const into = document.edges.filter((edge) => edge.target === id);
  const after = document.edges.filter((edge) => edge.source === next);
  const isOnly = document.edges.filter((edge) => edge.target === next).length === 1;
  if (!isOnly || !into.length || next === id || after.some(({ target }) => target === id))
    return null;
  const output = after[0]?.output ?? MAIN;
  const turned: Edge = { source: next, output, target: id, input: into[0]?.input ?? MAIN };
  const changed = (edge: Edge): Edge => {
    if (edge === between) return turned;
    if (edge.target === id) return { ...edge, target: next, input: between.input };
    if (edge.source === next && edge.output === output)
      return { ...edge, source: id, output: between.output };
    return edge;
  };
  const move = moveTo([
    [id, placeOf(document, next)],
    [next, placeOf(document, id)],
  ]);
  return (before) => move({ ...before, edges: before.edges.map(changed) });
}

/** Let a node run after the one that follows it; null where it is not clear which one that is. */
export function movedLater(document: WorkflowDocument, id: string): Operation | null {
  const [between, ...others] = document.edges.filter((edge) => edge.source === id);
  return between && !others.length ? swapped(document, between) : null;
}

/** Let a node run before the one that it follows; null where it is not clear which one that is. */
export function movedEarlier(document: WorkflowDocument, id: string): Operation | null {
  const [between, ...others] = document.edges.filter((edge) => edge.target === id);
  return between && !others.length ? swapped(document, between) : null;
}
