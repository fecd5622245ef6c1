import type { AnyNode } from "./graph";

/**
 * The nodes as the document has them, with the sizes that were measured of those on the canvas. A
 * node without them is measured again, and for that React Flow draws it wherever it is: all of a
 * large workflow, with each change.
 */
export function withSizes(made: readonly AnyNode[], before: readonly AnyNode[]): AnyNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return made.map((node) => {
    const old = known.get(node.id);
    if (!old?.measured || !isAlike(node, old)) return node;
    return isSame(node, old) ? old : { ...node, measured: old.measured };
  });
}

/** Whether it is as large as before, and has its ports where they were. */
function isAlike(node: AnyNode, old: AnyNode): boolean {
  return (
    node.type === old.type &&
    node.width === old.width &&
    node.height === old.height &&
    portsOf(node) === portsOf(old)
  );
}

const portsOf = (node: AnyNode) => (node.type === "card" ? node.data.ports : null);

/** Whether nothing but what was measured has come to it. */
function isSame(node: AnyNode, old: AnyNode): boolean {
  return (Object.keys(node) as (keyof AnyNode)[]).every((key) => node[key] === old[key]);
}
