/** What somebody asked to look at in a node's data, by a line of the log, a request or a span. */
export interface Look {
  node: string;
  /** The iterations of the loops around it: `3.0`; empty outside of loops. */
  iteration: string;
  /** The place of an item, in what the node was given or gave. */
  item?: number | undefined;
  side: "input" | "output";
}
