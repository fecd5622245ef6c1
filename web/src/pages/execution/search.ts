/** What of an execution's page stands in the address. */
export interface ExecutionSearch {
  view?: View | undefined;
  node?: string | undefined;
  /** The moment that is looked at: milliseconds since it was created. */
  t?: number | undefined;
}

export const VIEWS = ["data", "canvas", "timeline", "logs", "network"] as const;
export type View = (typeof VIEWS)[number];

export function readExecutionSearch(search: Record<string, unknown>): ExecutionSearch {
  const read: ExecutionSearch = {};
  const view = VIEWS.find((each) => each === search.view);
  if (view) read.view = view;
  if (typeof search.node === "string" && search.node) read.node = search.node;
  if (typeof search.t === "number" && search.t >= 0) read.t = search.t;
  return read;
}
