import type { Edge as FlowEdge, Node } from "@xyflow/react";
import {
  CARD,
  type CanvasGroup,
  edgeText,
  groupKey,
  noteKey,
  type PlacedNode,
  placeOf,
  type WorkflowDocument,
} from "@/editor/document";
import { cardHeight, type NodeType, type NodeTypes, type Ports } from "./ports";

/** From the document to what React Flow draws. What did not change is the same object as before. */

export type CardData = {
  node: PlacedNode;
  type: NodeType | undefined;
  ports: Ports;
  problem: string | undefined;
  isPinned: boolean;
};
export type CardNode = Node<CardData, "card">;
export type NoteNode = Node<{ text: string }, "note">;
export type GroupNode = Node<{ label: string; count: number; nodes: readonly string[] }, "group">;
export type FoldedNode = Node<{ label: string; nodes: readonly string[] }, "folded">;
export type AnyNode = CardNode | NoteNode | GroupNode | FoldedNode;
export type AnyEdge = FlowEdge<{ output: string; source: string }, "items">;

export interface Drawn {
  document: WorkflowDocument;
  selection: ReadonlySet<string>;
  types: NodeTypes;
  ports: ReadonlyMap<string, Ports>;
  problems: ReadonlyMap<string, string>;
  isReadOnly: boolean;
}

const PADDING = { x: 24, top: 40, bottom: 24 };

export class GraphMaker {
  private nodes = new Map<string, AnyNode>();
  private edges = new Map<string, AnyEdge>();

  make(drawn: Drawn): { nodes: AnyNode[]; edges: AnyEdge[] } {
    const folded = new Map<string, string>();
    for (const [id, group] of Object.entries(drawn.document.groups))
      if (group.collapsed) for (const member of group.nodes) folded.set(member, groupKey(id));
    const cards = Object.keys(drawn.document.nodes)
      .filter((id) => !folded.has(id))
      .map((id) => this.card(id, drawn));
    const nodes: AnyNode[] = [
      ...Object.keys(drawn.document.groups).map((id) => this.group(id, drawn)),
      ...Object.keys(drawn.document.notes).map((id) => this.note(id, drawn)),
      ...cards,
    ];
    // One node of the canvas is reached by Tab; arrows go on from there.
    const entry = nodes.find((node) => node.selected) ?? cards[0] ?? nodes[0];
    const withEntry = nodes.map((node) => this.kept(node.id, node, { focusable: node === entry }));
    const edges = drawn.document.edges
      .map((edge) => this.edge(edgeText(edge), edge, folded, drawn))
      .filter((edge) => edge.source !== edge.target || !edge.source.startsWith("group/"));
    this.nodes = new Map(withEntry.map((node) => [node.id, node]));
    this.edges = new Map(edges.map((edge) => [edge.id, edge]));
    return { nodes: withEntry, edges };
  }

  /** The node as it was before, where nothing of it differs. */
  private kept<T extends AnyNode>(id: string, node: T, more: Partial<T> = {}): T {
    const wanted = { ...node, ...more };
    const before = this.nodes.get(id) as T | undefined;
    if (!before) return wanted;
    const same = (Object.keys(wanted) as (keyof T)[]).every((key) =>
      key === "data" || key === "position" || key === "domAttributes"
        ? shallow(wanted[key] as object, before[key] as object)
        : wanted[key] === before[key],
    );
    return same ? before : wanted;
  }

  private card(id: string, drawn: Drawn): CardNode {
    const { document, types, ports, problems, selection } = drawn;
    const node = document.nodes[id] as PlacedNode;
    const own = ports.get(id) ?? { inputs: ["main"], outputs: ["main"] };
    const [x, y] = placeOf(document, id);
    return {
      id,
      type: "card",
      position: { x, y },
      width: CARD.width,
      height: cardHeight(own),
      selected: selection.has(id),
      draggable: !drawn.isReadOnly,
      data: {
        node,
        type: types.get(node.type),
        ports: own,
        problem: problems.get(id),
        isPinned: id in document.pinned,
      },
      domAttributes: { "aria-labelledby": `name-${id} state-${id}` } as CardNode["domAttributes"],
    };
  }

  private note(id: string, { document, selection, isReadOnly }: Drawn): NoteNode {
    const note = document.notes[id];
    const { x = 0, y = 0, width = 240, height = 160 } = note ?? {};
    const key = noteKey(id);
    return {
      id: key,
      type: "note",
      position: { x, y },
      width,
      height,
      zIndex: -1,
      selected: selection.has(key),
      draggable: !isReadOnly,
      ariaLabel: "Note",
      data: { text: note?.text ?? "" },
    };
  }

  private group(id: string, { document, selection, ports, isReadOnly }: Drawn): AnyNode {
    const group = document.groups[id] as CanvasGroup;
    const box = boxOf(group.nodes, document, ports);
    const key = groupKey(id);
    const label = group.label || "Group";
    const common = { id: key, selected: selection.has(key), draggable: !isReadOnly };
    if (group.collapsed)
      return {
        ...common,
        type: "folded",
        position: { x: box.x + PADDING.x, y: box.y + PADDING.top },
        width: CARD.width,
        height: CARD.height,
        ariaLabel: `${label}, ${group.nodes.length} nodes, collapsed`,
        data: { label, nodes: group.nodes },
      };
    return {
      ...common,
      type: "group",
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      zIndex: -2,
      ariaLabel: `Group ${label}, ${group.nodes.length} nodes`,
      data: { label, count: group.nodes.length, nodes: group.nodes },
    };
  }

  private edge(
    id: string,
    { source, output, target, input }: WorkflowDocument["edges"][number],
    folded: ReadonlyMap<string, string>,
    { selection }: Drawn,
  ): AnyEdge {
    const from = folded.get(source);
    const to = folded.get(target);
    const edge: AnyEdge = {
      id,
      type: "items",
      source: from ?? source,
      sourceHandle: from ? "out" : `out:${output}`,
      target: to ?? target,
      targetHandle: to ? "in" : `in:${input}`,
      selected: selection.has(id),
      focusable: false,
      data: { output, source },
    };
    const before = this.edges.get(id);
    const keys = ["source", "sourceHandle", "target", "targetHandle", "selected"] as const;
    return before && keys.every((key) => before[key] === edge[key]) ? before : edge;
  }
}

/** The frame around the nodes of a group. */
function boxOf(
  ids: readonly string[],
  document: WorkflowDocument,
  ports: ReadonlyMap<string, Ports>,
) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ids) {
    const own = ports.get(id);
    const [x, y] = placeOf(document, id);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + CARD.width);
    bottom = Math.max(bottom, y + (own ? cardHeight(own) : CARD.height));
  }
  if (left === Infinity) [left, top, right, bottom] = [0, 0, CARD.width, CARD.height];
  return {
    x: left - PADDING.x,
    y: top - PADDING.top,
    width: right - left + 2 * PADDING.x,
    height: bottom - top + PADDING.top + PADDING.bottom,
  };
}

function shallow(a: object | undefined, b: object | undefined): boolean {
  if (!a || !b) return a === b;
  const first = a as Record<string, unknown>;
  const second = b as Record<string, unknown>;
  return Object.keys(first).every((key) => first[key] === second[key]);
}
