import { create } from "zustand";
import type { Place } from "@/editor/document";
import type { Ports } from "./ports";

/** What is open over the canvas, and what the canvas offers to the rest of the editor. */

/** Where a new node comes from: an output that leads to it, an input that it leads to, an edge. */
export type Origin =
  | { kind: "output"; node: string; port: string }
  | { kind: "input"; node: string; port: string }
  | { kind: "edge"; edge: string };

/** Somebody is asked where an execution begins, and with which data. */
export interface RunAsked {
  kind: "run";
  title: string;
  triggers: readonly string[];
  /** Data that is undefined was not given. */
  onRun: (trigger: string, data: unknown) => void;
}

export type Opened =
  | { kind: "palette"; at: Place | null; origin: Origin | null; text?: string }
  | { kind: "connect"; node: string }
  | { kind: "rename"; node: string }
  | { kind: "renameGroup"; group: string }
  | { kind: "versions" }
  | { kind: "publish" }
  | RunAsked
  | { kind: "menu"; x: number; y: number; place: Place };

/** The canvas for those who are not in it. */
export interface View {
  fit: (keys?: readonly string[]) => void;
  zoomTo: (zoom: number) => void;
  zoomBy: (factor: number) => void;
  /** Bring something into sight. */
  show: (key: string) => void;
  /** Bring something into sight, and give it the keyboard. */
  reveal: (key: string) => void;
  focus: (key: string) => void;
  /** Bring something into sight, and draw the eye to it. */
  flash: (key: string) => void;
  /** Whether something is about to get the keyboard. */
  isAwaiting: () => boolean;
  center: () => Place;
}

interface UiState {
  opened: Opened | null;
  view: View | null;
  /** The inputs and outputs of the nodes, as the canvas shows them. */
  ports: ReadonlyMap<string, Ports>;
  /** Where the pointer is on the canvas; null while it is elsewhere. */
  pointer: Place | null;
  hasMap: boolean;
  /** The note whose text is being written. */
  editedNote: string | null;
  open: (opened: Opened | null) => void;
}

export const useUi = create<UiState>((set) => ({
  opened: null,
  view: null,
  ports: new Map(),
  pointer: null,
  hasMap: true,
  editedNote: null,
  open: (opened) => set({ opened }),
}));

export const ui = () => useUi.getState();
