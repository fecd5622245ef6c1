/** What of an execution's page stands in the address. */
export interface ExecutionSearch {
  view?: View | undefined;
  node?: string | undefined;
  /** The moment that is looked at: milliseconds since it was created. */
  t?: number | undefined;
  /** The attempt (`a12`) or request (`r3`) whose details are shown. */
  span?: string | undefined;
  /** The part of its details. */
  tab?: Part | undefined;
  /** The place of the item that is looked at. */
  item?: number | undefined;
}

export const VIEWS = ["data", "canvas", "trace", "logs", "network"] as const;
export type View = (typeof VIEWS)[number];

export const PARTS = ["error", "request", "response", "input", "output", "logs"] as const;
export type Part = (typeof PARTS)[number];

export function readExecutionSearch(search: Record<string, unknown>): ExecutionSearch {
  const read: ExecutionSearch = {};
  // Links of before called it so.
  const wanted = search.view === "timeline" ? "trace" : search.view;
  const view = VIEWS.find((each) => each === wanted);
  const tab = PARTS.find((each) => each === search.tab);
  if (view) read.view = view;
  if (tab) read.tab = tab;
  if (typeof search.node === "string" && search.node) read.node = search.node;
  if (typeof search.t === "number" && search.t >= 0) read.t = search.t;
  if (typeof search.span === "string" && /^[ar]\d+$/.test(search.span)) read.span = search.span;
  const { item } = search;
  if (typeof item === "number" && Number.isInteger(item) && item >= 0) read.item = item;
  return read;
}
