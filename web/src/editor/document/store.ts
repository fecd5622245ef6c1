import { create } from "zustand";
import type { ProblemPlace } from "@/api/problem";
import { EMPTY } from "./convert";
import { type History, NO_HISTORY, rebased, recorded, redone, undone } from "./history";
import type { Conflict } from "./merge";
import type { Operation, WorkflowDocument } from "./types";

/** Where the document stands between this browser and the server. */
export type SaveState =
  | { status: "saved"; at: number | null }
  | { status: "unsaved" | "saving" }
  /** The server is away; changes are kept here and sent when it is back. */
  | { status: "offline" }
  /** The server does not take it; `detail` says why. It is sent again after the next change. */
  | { status: "refused"; detail: string; signedOut: boolean }
  /** Somebody changed the same; nothing is sent until somebody has chosen. */
  | { status: "conflict"; conflicts: readonly Conflict[] };

export interface ChangeOptions {
  /** Changes with the same key within 600 ms are one entry: `param:fetch:url` while typing. */
  merge?: string;
  /** What is selected afterwards. */
  select?: Iterable<string>;
}

interface WorkflowState {
  workflowId: string | null;
  readOnly: boolean;
  document: WorkflowDocument;
  history: History;
  /** Keys of nodes, notes, groups and edges (see document/drawing.ts); not part of the history. */
  selection: ReadonlySet<string>;
  save: SaveState;
  /** What the server found wrong with the last saved draft. */
  problems: readonly ProblemPlace[];
  /** Something that people should know once, such as that changes of others were taken over. */
  notice: string | null;

  open: (workflowId: string, document: WorkflowDocument, readOnly: boolean) => void;
  /** Change the document; one entry of the history with what was done in words. */
  change: (label: string, operation: Operation, options?: ChangeOptions) => void;
  /** Put changes of somebody else below everything that was done here. */
  rebase: (change: Operation) => void;
  undo: () => void;
  redo: () => void;
  select: (keys: Iterable<string>) => void;
}

export const useWorkflow = create<WorkflowState>((set, get) => ({
  workflowId: null,
  readOnly: false,
  document: EMPTY,
  history: NO_HISTORY,
  selection: new Set(),
  save: { status: "saved", at: null },
  problems: [],
  notice: null,

  open: (workflowId, document, readOnly) =>
    set({
      workflowId,
      readOnly,
      document,
      history: NO_HISTORY,
      selection: new Set(),
      save: { status: "saved", at: null },
      problems: [],
      notice: null,
    }),

  change: (label, operation, options = {}) => {
    const { document, history, readOnly } = get();
    if (readOnly) return set({ notice: "This workflow can't be changed here." });
    const next = operation(document);
    if (next !== document) {
      const at = Date.now();
      set({
        document: next,
        history: recorded(history, document, label, options.merge ?? null, at),
      });
    }
    if (options.select) get().select(options.select);
  },

  rebase: (change) =>
    set(({ document, history }) => ({
      document: change(document),
      history: rebased(history, change),
    })),

  undo: () => {
    const step = undone(get().history, get().document);
    if (step)
      set({ document: step.document, history: step.history, notice: `Undone: ${step.label}` });
  },

  redo: () => {
    const step = redone(get().history, get().document);
    if (step)
      set({ document: step.document, history: step.history, notice: `Redone: ${step.label}` });
  },

  select: (keys) =>
    set((state) => {
      const wanted = new Set(keys);
      const same =
        wanted.size === state.selection.size &&
        [...wanted].every((key) => state.selection.has(key));
      return same ? state : { selection: wanted };
    }),
}));

/** The store without a component around it, for handlers. */
export const workflow = () => useWorkflow.getState();

export const useNode = (id: string) => useWorkflow((state) => state.document.nodes[id]);

/** The id of the one node that is selected, or null. */
export const useSelectedNode = () =>
  useWorkflow((state) => {
    if (state.selection.size !== 1) return null;
    const [key] = state.selection;
    return key !== undefined && state.document.nodes[key] ? key : null;
  });
