import { merged, type NodeLive, nodes } from "./nodes";

/**
 * While somebody looks at an earlier moment, the nodes stand as they stood then; what happens
 * meanwhile is kept here, and shown when they come back to now.
 */

let held: Map<string, NodeLive> | null = null;

/** Hold what is live until the returned function is called. */
export function holdNodes(): () => void {
  held = new Map(nodes.all());
  return () => {
    const state = Object.fromEntries(held ?? []);
    held = null;
    nodes.replace(state);
  };
}

/** How the nodes stand now, while they are held. */
export function heldNodes(): ReadonlyMap<string, NodeLive> {
  return held ?? new Map();
}

/** What the stream says of all nodes. */
export function replaceNodes(state: Readonly<Record<string, NodeLive>>): void {
  if (held) held = new Map(Object.entries(state));
  else nodes.replace(state);
}

/** What the stream says of some nodes. */
export function applyToNodes(changes: Readonly<Record<string, Partial<NodeLive>>>): void {
  if (!held) nodes.apply(changes);
  for (const [id, change] of Object.entries(held ? changes : {}))
    held?.set(id, merged(held.get(id), change));
}
