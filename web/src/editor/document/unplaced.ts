import type { Place, WorkflowDocument } from "./types";

const STEP = { x: 288, y: 112 };
const known = new WeakMap<object, ReadonlyMap<string, Place>>();

/**
 * Places for nodes of which the document says none: columns by the distance from the start, below
 * everything that has a place. Nothing is stored until somebody moves a node.
 */
export function unplaced(document: WorkflowDocument): ReadonlyMap<string, Place> {
  const before = known.get(document);
  if (before) return before;
  const ids = Object.keys(document.nodes).filter((id) => !document.layout[id]);
  const lowest = Math.max(-STEP.y, ...Object.values(document.layout).map(([, y]) => y));
  const depths = depthsOf(document);
  const rows = new Map<number, number>();
  const places = new Map<string, Place>();
  for (const id of ids) {
    const depth = depths.get(id) ?? 0;
    const row = rows.get(depth) ?? 0;
    rows.set(depth, row + 1);
    places.set(id, [depth * STEP.x, lowest + STEP.y * (row + 1)]);
  }
  known.set(document, places);
  return places;
}

/** How many edges a node is away from the start, at most; edges that go back don't count. */
function depthsOf(document: WorkflowDocument): Map<string, number> {
  const after = new Map<string, string[]>();
  for (const { source, target } of document.edges)
    after.set(source, [...(after.get(source) ?? []), target]);
  const depths = new Map<string, number>();
  const visit = (id: string, depth: number, path: ReadonlySet<string>) => {
    if (path.has(id) || (depths.get(id) ?? -1) >= depth) return;
    depths.set(id, depth);
    const next = new Set(path).add(id);
    for (const target of after.get(id) ?? []) visit(target, depth + 1, next);
  };
  const targets = new Set(document.edges.map(({ target }) => target));
  for (const id of Object.keys(document.nodes)) if (!targets.has(id)) visit(id, 0, new Set());
  return depths;
}
