/** A time to look at, as the address says it. */
export interface Times {
  since?: Since;
  /** A time that was chosen in a chart, in milliseconds since 1970: in place of `since`. */
  from?: number;
  to?: number;
}

/** The filters of the list of executions: they stand in the address, so that each view is a link. */
export interface ExecutionsSearch extends Times {
  status?: string[];
  workflow?: string;
  source?: string;
  min_ms?: number;
  q?: string;
  /** By default the newest come first. */
  sort?: Sort;
}

export const SORTS = ["created_at", "-duration_ms", "duration_ms"] as const;
export type Sort = (typeof SORTS)[number];

export const STATUSES = [
  "queued",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "cancelled",
  "crashed",
] as const;

/** How far back, by name. */
export const SINCE = { hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000 } as const;
export type Since = keyof typeof SINCE;

/** Which time is looked at: one that was chosen in a chart counts more than one by name. */
export function readTimes({ since, from, to }: Record<string, unknown>): Times {
  if (typeof from === "number" && typeof to === "number" && 0 <= from && from < to)
    return { from, to };
  if (typeof since === "string" && Object.hasOwn(SINCE, since)) return { since: since as Since };
  return {};
}

export function readExecutionsSearch(search: Record<string, unknown>): ExecutionsSearch {
  const found: ExecutionsSearch = {};
  const asked = Array.isArray(search.status) ? search.status : [search.status];
  const status = STATUSES.filter((one) => asked.includes(one));
  if (status.length > 0) found.status = status;
  for (const name of ["workflow", "source", "q"] as const) {
    const value = search[name];
    if (typeof value === "string" && value !== "") found[name] = value;
    if (name === "q" && typeof value === "number") found.q = String(value);
  }
  Object.assign(found, readTimes(search));
  if (typeof search.min_ms === "number" && search.min_ms > 0) found.min_ms = search.min_ms;
  const sort = SORTS.find((one) => one === search.sort);
  if (sort) found.sort = sort;
  return found;
}
