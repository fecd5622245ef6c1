import { oneOf, someOf, textIn } from "@/app/address";

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
    return { since: undefined, from, to };
  return { since: oneOf(Object.keys(SINCE) as Since[], since), from: undefined, to: undefined };
}

export function readExecutionsSearch(search: Record<string, unknown>): ExecutionsSearch {
  const { min_ms } = search;
  return {
    status: someOf(STATUSES, search.status),
    workflow: textIn(search.workflow),
    source: textIn(search.source),
    q: textIn(search.q),
    ...readTimes(search),
    min_ms: typeof min_ms === "number" && min_ms > 0 ? min_ms : undefined,
    sort: oneOf(SORTS, search.sort),
  };
}
