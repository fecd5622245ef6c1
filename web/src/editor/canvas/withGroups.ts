import type { NodeChange } from "@xyflow/react";
import { moveBy, moveTo, type Operation, type Place } from "@/editor/document";
import type { AnyNode } from "./graph";

/** Keep the frames of groups with their nodes while these are dragged, and the other way round. */
export function withGroups(
  changes: NodeChange<AnyNode>[],
  nodes: AnyNode[],
): NodeChange<AnyNode>[] {
  const more: NodeChange<AnyNode>[] = [];
  for (const change of changes) {
    if (change.type !== "position" || !change.position || !change.id.startsWith("group/")) continue;
    const group = nodes.find((node) => node.id === change.id);
    if (group?.type !== "group") continue;
    const dx = change.position.x - group.position.x;
    const dy = change.position.y - group.position.y;
    for (const node of nodes)
      if (group.data.nodes.includes(node.id) && !node.selected)
        more.push({
          type: "position",
          id: node.id,
          position: { x: node.position.x + dx, y: node.position.y + dy },
        });
  }
  return more.length ? [...changes, ...more] : changes;
}

/** Puts everything where it was dragged to; the members of a collapsed group go where its card went. */
export function dragged(now: readonly AnyNode[], before: readonly AnyNode[]): Operation {
  const start = new Map(before.map(({ id, position }) => [id, position]));
  const places = now
    .filter(({ type }) => type === "card" || type === "note")
    .map(({ id, position: { x, y } }): [string, Place] => [id, [x, y]]);
  const moves = now
    .filter(({ type }) => type === "folded")
    .map(({ id, position }) => {
      const { x, y } = start.get(id) ?? position;
      return moveBy([id], position.x - x, position.y - y);
    });
  return (document) => moves.reduce((next, move) => move(next), moveTo(places)(document));
}
