import {
  type Alignment,
  addGroup,
  addNode,
  addNote,
  align,
  CARD,
  connect,
  disconnect,
  GRID,
  insertion,
  insertOnEdge,
  MAIN,
  moveBy,
  newGroupId,
  newNodeId,
  newNoteId,
  noteKey,
  type Operation,
  type Picked,
  type Piece,
  type Place,
  picked,
  pieceOf,
  placeOf,
  removeNodes,
  removeNotes,
  setDisabled,
  setGroup,
  ungroup,
  useWorkflow,
  workflow,
} from "@/editor/document";
import { tidied } from "@/editor/document/tidy";
import type { NodeType } from "./ports";
import { type Origin, ui, useUi } from "./ui";

/** What can be done with the document from menus, keys, the outline and the canvas alike. */

export const say = (notice: string) => useWorkflow.setState({ notice });

const selected = (): Picked => picked(workflow().document, workflow().selection);
export const things = (count: number, word: string) => (count === 1 ? word : `${count} ${word}s`);
const all = (...operations: Operation[]): Operation => {
  return (document) => operations.reduce((next, operation) => operation(next), document);
};
const snap = ([x, y]: Place): Place => [Math.round(x / GRID) * GRID, Math.round(y / GRID) * GRID];

/** Where nothing stands yet, near a wished place. */
function freePlace(wished: Place): Place {
  const places = Object.values(workflow().document.layout);
  let [x, y] = snap(wished);
  const isTaken = () =>
    places.some(([px, py]) => Math.abs(px - x) < CARD.width && Math.abs(py - y) < CARD.height);
  for (let tries = 0; isTaken() && tries < 50; tries += 1) y += CARD.height + 3 * GRID;
  return [x, y];
}

/** Add a node, connected to where it comes from; without a place it stands behind its origin. */
export function addNodeOfType(type: NodeType, at: Place | null, origin: Origin | null): string {
  const { document, selection, change } = workflow();
  const id = newNodeId(document, type.name);
  const input = type.inputs[0] ?? MAIN;
  const output = type.outputs[0] ?? MAIN;
  const from = origin ?? (at ? null : originOfSelection(selection, type));
  const wished = at ?? placeFor(from) ?? ui().view?.center() ?? [0, 0];
  const operations = [
    addNode(
      id,
      { type: type.name, ...(type.version > 1 ? { version: type.version } : {}) },
      freePlace(wished),
    ),
  ];
  if (from?.kind === "output" && !type.is_trigger)
    operations.push(connect({ source: from.node, output: from.port, target: id, input }));
  if (from?.kind === "input")
    operations.push(connect({ source: id, output, target: from.node, input: from.port }));
  if (from?.kind === "edge") operations.push(insertOnEdge(from.edge, id, input, output));
  change(`Add ${type.label}`, all(...operations), { select: [id] });
  ui().view?.reveal(id);
  return id;
}

function originOfSelection(selection: ReadonlySet<string>, type: NodeType): Origin | null {
  const [key] = selection;
  const { document } = workflow();
  if (selection.size !== 1 || key === undefined || type.is_trigger) return null;
  if (key.includes("->")) return { kind: "edge", edge: key };
  if (!document.nodes[key]) return null;
  const outputs = ui().ports.get(key)?.outputs ?? [MAIN];
  const free = outputs.find(
    (output) => !document.edges.some((edge) => edge.source === key && edge.output === output),
  );
  return free === undefined ? null : { kind: "output", node: key, port: free };
}

function placeFor(origin: Origin | null): Place | null {
  const { document } = workflow();
  if (!origin) {
    const [key] = workflow().selection;
    if (key === undefined || !document.nodes[key]) return null;
    const [x, y] = placeOf(document, key);
    return [x + CARD.width + 10 * GRID, y];
  }
  if (origin.kind === "edge") {
    const [source, target] = origin.edge.split("->").map((end) => end.trim().split(".")[0] ?? "");
    const [a, b] = [placeOf(document, source ?? ""), placeOf(document, target ?? "")];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 2 * CARD.height];
  }
  const [x, y] = placeOf(document, origin.node);
  const step = CARD.width + 10 * GRID;
  return [origin.kind === "output" ? x + step : x - step, y];
}

export function removeSelection(): void {
  const { nodes, notes, groups, edges } = selected();
  const count = nodes.length + notes.length + groups.length + edges.length;
  if (!count) return;
  const what = nodes.length
    ? things(nodes.length, "node")
    : edges.length
      ? things(edges.length, "edge")
      : notes.length
        ? things(notes.length, "note")
        : things(groups.length, "group");
  workflow().change(
    `Delete ${what}`,
    all(disconnect(edges), removeNodes(nodes), removeNotes(notes), ungroup(groups)),
    { select: [] },
  );
}

export function selectAll(): void {
  const { document, select } = workflow();
  select([...Object.keys(document.nodes), ...Object.keys(document.notes).map(noteKey)]);
}

export function insert(label: string, piece: Piece, at: Place | null): void {
  const { operation, keys } = insertion(workflow().document, piece, at);
  workflow().change(label, operation, { select: keys });
  const [first] = keys;
  if (first !== undefined) ui().view?.reveal(first);
}

export function duplicateSelection(): void {
  const piece = pieceOf(workflow().document, workflow().selection);
  const count = Object.keys(piece.nodes).length + Object.keys(piece.notes).length;
  if (count) insert(`Duplicate ${things(count, "node")}`, piece, null);
}

export function toggleDisabled(): void {
  const { nodes } = selected();
  if (!nodes.length) return;
  const disabled = nodes.some((id) => !workflow().document.nodes[id]?.settings?.disabled);
  const label = `${disabled ? "Disable" : "Enable"} ${things(nodes.length, "node")}`;
  workflow().change(label, setDisabled(nodes, disabled));
}

export function nudge(dx: number, dy: number): void {
  const { selection, change } = workflow();
  if (selection.size)
    change("Move", moveBy(selection, dx, dy), { merge: `nudge:${[...selection].join()}` });
}

/** Arrange the selected nodes, or all where fewer than two are selected. */
export async function tidy(): Promise<void> {
  const { nodes } = selected();
  const { document, change } = workflow();
  change("Tidy", await tidied(document, nodes.length > 1 ? nodes : null));
  if (nodes.length < 2) ui().view?.fit();
}

export function alignSelection(to: Alignment): void {
  workflow().change("Align", align(selected().nodes, to));
}

export function groupSelection(): void {
  const { nodes } = selected();
  if (!nodes.length) {
    say("Select the nodes that shall be one group.");
    return;
  }
  const id = newGroupId(workflow().document);
  workflow().change(`Group ${things(nodes.length, "node")}`, addGroup(id, nodes), {
    select: [`group/${id}`],
  });
  ui().open({ kind: "renameGroup", group: id });
}

export function ungroupSelection(): void {
  const { groups } = selected();
  const members = groups.flatMap((id) => workflow().document.groups[id]?.nodes ?? []);
  workflow().change("Ungroup", ungroup(groups), { select: members });
}

export function toggleFolded(id: string): void {
  const group = workflow().document.groups[id];
  if (!group) return;
  const collapsed = !group.collapsed;
  workflow().change(collapsed ? "Collapse group" : "Expand group", setGroup(id, { collapsed }));
}

export function addNoteHere(): void {
  const [x, y] = snap(ui().pointer ?? ui().view?.center() ?? [0, 0]);
  const id = newNoteId(workflow().document);
  workflow().change("Add note", addNote(id, { text: "", x, y, width: 240, height: 160 }), {
    select: [noteKey(id)],
  });
  useUi.setState({ editedNote: id });
}

export const editNote = (note: string) => useUi.setState({ editedNote: note });
