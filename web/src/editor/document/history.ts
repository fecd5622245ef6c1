import type { WorkflowDocument } from "./types";

/** Undo and redo. Documents share what did not change, so an entry costs two references. */

export const MAX_ENTRIES = 100;
export const MERGE_MS = 600;

export interface Entry {
  /** What was done, for people: "Move 3 nodes". */
  readonly label: string;
  /** The document before (in `past`) or after (in `future`) it. */
  readonly document: WorkflowDocument;
  /** Changes with the same key that follow within 600 ms are one entry: typing in a field. */
  readonly merge: string | null;
  readonly at: number;
}

export interface History {
  readonly past: readonly Entry[];
  readonly future: readonly Entry[];
}

export const NO_HISTORY: History = { past: [], future: [] };

export function recorded(
  history: History,
  before: WorkflowDocument,
  label: string,
  merge: string | null,
  at: number,
): History {
  const last = history.past.at(-1);
  if (merge !== null && last?.merge === merge && at - last.at <= MERGE_MS)
    return { past: [...history.past.slice(0, -1), { ...last, at }], future: [] };
  const entry: Entry = { label, document: before, merge, at };
  return { past: [...history.past, entry].slice(-MAX_ENTRIES), future: [] };
}

export interface Step {
  readonly history: History;
  readonly document: WorkflowDocument;
  readonly label: string;
}

export function undone(history: History, current: WorkflowDocument): Step | null {
  const last = history.past.at(-1);
  if (!last) return null;
  const entry: Entry = { ...last, document: current, merge: null };
  return {
    history: { past: history.past.slice(0, -1), future: [...history.future, entry] },
    document: last.document,
    label: last.label,
  };
}

export function redone(history: History, current: WorkflowDocument): Step | null {
  const next = history.future.at(-1);
  if (!next) return null;
  const entry: Entry = { ...next, document: current, merge: null };
  return {
    history: { past: [...history.past, entry], future: history.future.slice(0, -1) },
    document: next.document,
    label: next.label,
  };
}

/** The history over another beginning: somebody else's change is put below every entry. */
export function rebased(
  history: History,
  change: (document: WorkflowDocument) => WorkflowDocument,
): History {
  const each = (entry: Entry): Entry => ({ ...entry, document: change(entry.document) });
  return { past: history.past.map(each), future: history.future.map(each) };
}
