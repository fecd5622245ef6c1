import type { ShortcutId } from "@/app/shortcuts/list";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import * as actions from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { ViewShortcuts } from "@/editor/canvas/ViewShortcuts";
import { picked, workflow } from "@/editor/document";
import { saver } from "@/editor/document/saver";

const node = () => picked(workflow().document, workflow().selection).nodes[0];
const addNode = () => ui().open({ kind: "palette", at: ui().pointer, origin: null });

const COMMANDS: Bindings = [
  ["editor.add", addNode],
  ["editor.search", addNode],
  ["editor.connect", () => withNode((id) => ui().open({ kind: "connect", node: id }))],
  ["editor.rename", rename],
  ["editor.disable", actions.toggleDisabled],
  ["editor.duplicate", actions.duplicateSelection],
  ["editor.selectAll", actions.selectAll],
  ["editor.undo", () => workflow().undo()],
  ["editor.redo", () => workflow().redo()],
  ["editor.redo2", () => workflow().redo()],
  ["editor.save", () => saver()?.flush()],
  ["editor.tidy", actions.tidy],
  ["editor.group", actions.groupSelection],
  ["editor.ungroup", actions.ungroupSelection],
  ["editor.note", actions.addNoteHere],
];

function withNode(work: (id: string) => void): void {
  const id = node();
  if (id === undefined) actions.say("Select a node first.");
  else work(id);
}

/** A node or a group gets another name; what a note is called by is its text. */
function rename(): void {
  const { nodes, groups, notes } = picked(workflow().document, workflow().selection);
  const [[group], [note]] = [groups, notes];
  if (nodes.length === 0 && group !== undefined) ui().open({ kind: "renameGroup", group });
  else if (nodes.length === 0 && note !== undefined) actions.editNote(note);
  else withNode((id) => ui().open({ kind: "rename", node: id }));
}

export type Bindings = readonly (readonly [ShortcutId, () => unknown])[];

/** The shortcuts of the editor; they work as long as it is shown. */
export function EditorShortcuts({ more }: { more: Bindings }) {
  return (
    <>
      <ViewShortcuts />
      {[...COMMANDS, ...more].map(([id, run]) => (
        <Bound key={id} id={id} run={run} />
      ))}
    </>
  );
}

function Bound({ id, run }: { id: ShortcutId; run: () => unknown }) {
  useShortcut(id, () => void run());
  return null;
}
