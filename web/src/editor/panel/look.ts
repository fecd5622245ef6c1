import { create } from "zustand";

/** What somebody asked to look at in a node's data, by a line of the log, a request or a span. */
export interface Look {
  execution: string;
  node: string;
  /** The iterations of the loops around it: `3.0`; empty outside of loops. */
  iteration: string;
  /** The place of an item, in what the node was given or gave. */
  item?: number | undefined;
  side: "input" | "output";
}

export const useLook = create<{ look: Look | null }>(() => ({ look: null }));

export function lookAt(look: Look): void {
  useLook.setState({ look });
}

/** What is asked for of one side of a node's data: an iteration, and an item where one is known. */
export function useLookOf(
  execution: string | null,
  node: string,
  side: Look["side"],
): { near?: string | undefined; at?: number | undefined } {
  const look = useLook((state) => state.look);
  if (!look || look.execution !== execution || look.node !== node || look.side !== side) return {};
  return { near: look.iteration, at: look.item };
}
