import { edgeText, parseEdge } from "./convert";
import { GRID, picked, placeOf } from "./drawing";
import { renameReferences } from "./expressions";
import { freeId } from "./ids";
import type {
  CanvasGroup,
  CanvasNote,
  Edge,
  Operation,
  Place,
  PlacedNode,
  WorkflowDocument,
} from "./types";

/** Nodes as text, to be pasted here, in another window or into a chat. Credentials by name only. */

const FORMAT = "tidegate_nodes";

export interface Piece {
  nodes: Record<string, PlacedNode>;
  edges: Edge[];
  layout: Record<string, Place>;
  notes: Record<string, CanvasNote>;
  groups: Record<string, CanvasGroup>;
}

/** The part of a document that a selection names, with the edges between its nodes. */
export function pieceOf(document: WorkflowDocument, keys: Iterable<string>): Piece {
  const found = picked(document, keys);
  const inGroups = found.groups.flatMap((id) => document.groups[id]?.nodes ?? []);
  const ids = new Set([...found.nodes, ...inGroups]);
  const of = <T>(from: Readonly<Record<string, T>>, wanted: Iterable<string>) => {
    const out: Record<string, T> = {};
    for (const id of wanted) if (from[id] !== undefined) out[id] = from[id];
    return out;
  };
  return {
    nodes: of(document.nodes, ids),
    edges: document.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    layout: Object.fromEntries([...ids].map((id) => [id, placeOf(document, id)])),
    notes: of(document.notes, found.notes),
    groups: of(document.groups, found.groups),
  };
}

export function pieceText(piece: Piece): string {
  return JSON.stringify({ [FORMAT]: 1, ...piece, edges: piece.edges.map(edgeText) }, null, 2);
}

export type Pasted =
  | { kind: "piece"; piece: Piece }
  | { kind: "curl"; text: string }
  | { kind: "foreign"; what: string };

/** What a pasted text is: nodes, a cURL command, or something else, said in words. */
export function readPasted(text: string): Pasted {
  const trimmed = text.trim();
  if (/^(?:\$\s*)?curl(?:\.exe)?\s/i.test(trimmed))
    return { kind: "curl", text: trimmed.replace(/^\$\s*/, "") };
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    const what = trimmed ? "text that is neither JSON nor a cURL command" : "empty";
    return { kind: "foreign", what: `The clipboard is ${what}.` };
  }
  if (typeof value !== "object" || value === null)
    return { kind: "foreign", what: "The clipboard is a plain JSON value, not nodes." };
  const found = value as Record<string, unknown>;
  if (FORMAT in found || ("tidegate" in found && "nodes" in found)) {
    const piece = readPiece(found);
    return piece ?? { kind: "foreign", what: "These nodes are damaged and can't be pasted." };
  }
  return { kind: "foreign", what: explain(found) };
}

function readPiece(value: Record<string, unknown>): Pasted | null {
  const record = (key: string): Record<string, unknown> | null => {
    const part = value[key] ?? {};
    return typeof part === "object" && !Array.isArray(part) ? (part as never) : null;
  };
  const [nodes, layout, notes, groups] = ["nodes", "layout", "notes", "groups"].map(record);
  const edges = value.edges ?? [];
  if (!nodes || !layout || !notes || !groups || !Array.isArray(edges)) return null;
  const isNode = (node: unknown) =>
    typeof node === "object" && node !== null && typeof (node as PlacedNode).type === "string";
  if (!Object.values(nodes).every(isNode)) return null;
  const piece = {
    nodes: nodes as Piece["nodes"],
    edges: edges
      .map((edge) => (typeof edge === "string" ? parseEdge(edge) : null))
      .filter((edge) => edge !== null),
    layout: layout as Piece["layout"],
    notes: notes as Piece["notes"],
    groups: groups as Piece["groups"],
  };
  return { kind: "piece", piece };
}

function explain(value: Record<string, unknown>): string {
  const nodes = value.nodes;
  if (Array.isArray(nodes) && nodes.some((node) => /n8n/.test(String(node?.type))))
    return "This is a workflow of n8n. Its nodes are other ones than Tidegate's, so that it can't be pasted; draw it again with nodes of the same names.";
  if (Array.isArray(value) && value.some((entry) => Array.isArray(entry?.wires)))
    return "This is a flow of Node-RED. Its nodes are other ones than Tidegate's, so that it can't be pasted.";
  if (Array.isArray(value))
    return `This is a JSON list of ${value.length}, not nodes. To work with it as data, paste it into a manual trigger.`;
  const keys = Object.keys(value).slice(0, 4).join(", ");
  return `This is a JSON object${keys ? ` with ${keys}` : " without keys"}, not nodes. To work with it as data, paste it into a manual trigger.`;
}

export interface Insertion {
  operation: Operation;
  /** What the inserted parts are called in the document, as keys of a selection. */
  keys: string[];
}

/** Put a piece into the document under free ids; its upper left corner comes to `at`. */
export function insertion(document: WorkflowDocument, piece: Piece, at: Place | null): Insertion {
  const names = fresh(Object.keys(piece.nodes), document.nodes);
  const noteNames = fresh(Object.keys(piece.notes), document.notes);
  const groupNames = fresh(Object.keys(piece.groups), document.groups);
  const [dx, dy] = shift(piece, at);
  const name = (id: string) => names.get(id) ?? id;

  const nodes: Record<string, PlacedNode> = { ...document.nodes };
  const layout: Record<string, Place> = { ...document.layout };
  for (const [id, node] of Object.entries(piece.nodes)) {
    nodes[name(id)] = node.params
      ? { ...node, params: renameReferences(node.params, names) }
      : node;
    const [x, y] = piece.layout[id] ?? [0, 0];
    layout[name(id)] = [x + dx, y + dy];
  }
  const notes: Record<string, CanvasNote> = { ...document.notes };
  for (const [id, note] of Object.entries(piece.notes))
    notes[noteNames.get(id) ?? id] = { ...note, x: note.x + dx, y: note.y + dy };
  const groups: Record<string, CanvasGroup> = { ...document.groups };
  for (const [id, group] of Object.entries(piece.groups))
    groups[groupNames.get(id) ?? id] = {
      ...group,
      nodes: group.nodes.filter((node) => names.has(node)).map(name),
    };
  const edges = [
    ...document.edges,
    ...piece.edges
      .filter((edge) => names.has(edge.source) && names.has(edge.target))
      .map((edge) => ({ ...edge, source: name(edge.source), target: name(edge.target) })),
  ];
  return {
    operation: () => ({ ...document, nodes, layout, notes, groups, edges }),
    keys: [...names.values(), ...[...noteNames.values()].map((id) => `note/${id}`)],
  };
}

function fresh(ids: string[], there: Readonly<Record<string, unknown>>): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(Object.keys(there));
  for (const id of ids) {
    const free = freeId(id, (other) => taken.has(other));
    taken.add(free);
    names.set(id, free);
  }
  return names;
}

function shift(piece: Piece, at: Place | null): Place {
  if (!at) return [4 * GRID, 4 * GRID];
  const places = [
    ...Object.keys(piece.nodes).map((id): Place => piece.layout[id] ?? [0, 0]),
    ...Object.values(piece.notes).map((note): Place => [note.x, note.y]),
  ];
  if (!places.length) return [0, 0];
  const left = Math.min(...places.map(([x]) => x));
  const top = Math.min(...places.map(([, y]) => y));
  const snap = (value: number) => Math.round(value / GRID) * GRID;
  return [snap(at[0] - left), snap(at[1] - top)];
}
