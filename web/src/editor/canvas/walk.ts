import { neighbours, type Place, placeOf, type WorkflowDocument } from "@/editor/document";

export type Direction = "left" | "right" | "up" | "down";

/** The node that an arrow key leads to: along edges, and up and down to the nearest. */
export function nextNode(
  document: WorkflowDocument,
  from: string,
  direction: Direction,
): string | null {
  const here = placeOf(document, from);
  const { before, after } = neighbours(document, from);
  const along = direction === "right" ? after : direction === "left" ? before : [];
  const candidates = along.length
    ? along
    : Object.keys(document.nodes).filter(
        (id) => id !== from && isThere(here, placeOf(document, id), direction),
      );
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const id of candidates) {
    const distance = far(here, placeOf(document, id), direction);
    if (distance < least) [best, least] = [id, distance];
  }
  return best;
}

function isThere([x, y]: Place, [ox, oy]: Place, direction: Direction): boolean {
  const [dx, dy] = [ox - x, oy - y];
  if (direction === "left") return dx < 0;
  if (direction === "right") return dx > 0;
  // Up and down stay in the column: what is further aside than below is not meant.
  return (direction === "up" ? dy < 0 : dy > 0) && Math.abs(dx) <= Math.abs(dy) * 2 + 40;
}

/** Distances aside count more, so that rows and columns are kept. */
function far([x, y]: Place, [ox, oy]: Place, direction: Direction): number {
  const [dx, dy] = [Math.abs(ox - x), Math.abs(oy - y)];
  return direction === "left" || direction === "right" ? dx + 3 * dy : dy + 3 * dx;
}

/** The nodes in the order in which they can run; what is in a circle comes as it stands. */
export function inOrder(document: WorkflowDocument): string[] {
  const waiting = new Map(Object.keys(document.nodes).map((id) => [id, 0]));
  for (const { target } of document.edges) waiting.set(target, (waiting.get(target) ?? 0) + 1);
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (id: string) => {
    if (done.has(id)) return;
    done.add(id);
    order.push(id);
    for (const next of neighbours(document, id).after) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left <= 0) visit(next);
    }
  };
  for (const [id, count] of [...waiting]) if (count === 0) visit(id);
  for (const id of waiting.keys()) visit(id);
  return order;
}
