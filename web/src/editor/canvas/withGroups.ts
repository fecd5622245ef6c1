import type { NodeChange } from "@xyflow/react";
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
