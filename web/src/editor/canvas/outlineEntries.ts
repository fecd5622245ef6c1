import {
  type Edge,
  edgeText,
  groupKey,
  MAIN,
  noteKey,
  type WorkflowDocument,
} from "@/editor/document";
import { inOrder } from "./walk";

/** One line of the outline; `key` is what selects it on the canvas. */
export interface Entry {
  kind: "node" | "edge" | "group" | "note";
  key: string;
  /** The node, group or note; of an edge the node that it leads to. */
  id: string;
  name: string;
}

interface Wanted {
  /** The name of a node. */
  name: (id: string) => string;
  /** Words that are searched for. */
  text: string;
  /** The node whose edges are shown below it. */
  opened: string | null;
}

/** The nodes in the order in which they run, one of them with its edges; then groups and notes. */
export function outlineEntries(
  document: WorkflowDocument,
  { name, text, opened }: Wanted,
): Entry[] {
  const wanted = text.trim().toLowerCase();
  const fits = (...words: (string | undefined)[]) => words.join(" ").toLowerCase().includes(wanted);
  const entries: Entry[] = [];
  for (const id of inOrder(document)) {
    if (!fits(name(id), id, document.nodes[id]?.type)) continue;
    entries.push({ kind: "node", key: id, id, name: name(id) });
    if (id === opened)
      for (const edge of document.edges)
        if (edge.source === id) entries.push(edgeEntry(edge, name));
  }
  for (const [id, { label, nodes }] of Object.entries(document.groups)) {
    const title = `${label || "Group"} (${nodes.length})`;
    if (fits(title)) entries.push({ kind: "group", key: groupKey(id), id, name: title });
  }
  for (const [id, note] of Object.entries(document.notes))
    if (fits(note.text))
      entries.push({ kind: "note", key: noteKey(id), id, name: line(note.text) });
  return entries;
}

interface Ends {
  before: Set<string>;
  after: Set<string>;
}

/** The nodes before and after each node that has an edge. */
export function endsOf(edges: readonly Edge[]): ReadonlyMap<string, Readonly<Ends>> {
  const found = new Map<string, Ends>();
  const of = (id: string) => {
    const ends = found.get(id) ?? { before: new Set(), after: new Set() };
    found.set(id, ends);
    return ends;
  };
  for (const { source, target } of edges) {
    of(target).before.add(source);
    of(source).after.add(target);
  }
  return found;
}

function edgeEntry(edge: Edge, name: (id: string) => string): Entry {
  const { output, target, input } = edge;
  const ports = [output, input].filter((port) => port !== MAIN).join(", ");
  const title = `${name(target)}${ports ? ` (${ports})` : ""}`;
  return { kind: "edge", key: edgeText(edge), id: target, name: title };
}

const LONGEST = 80;

/** The first line of a note, without its Markdown. */
function line(text: string | undefined): string {
  const first = text?.split("\n").find((each) => each.trim()) ?? "";
  return first.replace(/^[#>*\-\s]+|[*_`]/g, "").slice(0, LONGEST) || "Empty note";
}
