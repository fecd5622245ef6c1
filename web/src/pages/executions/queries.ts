import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { readQuery } from "./query";
import { type ExecutionsSearch, SINCE } from "./search";
import type { ExecutionStatus } from "./types";

/** The executions that fit, the newest first, page by page. */
export function executionsQuery(search: ExecutionsSearch) {
  return infiniteQueryOptions({
    queryKey: ["executions", "list", search],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/executions", {
          params: {
            query: {
              cursor: pageParam,
              limit: 100,
              ...filterOf(search),
              ...timeOf(search),
              sort: search.sort ?? "-created_at",
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 2_000,
  });
}

/** How many parts the time of the histogram has; none is shorter than a second. */
const PARTS = 60;
const SHORTEST_MS = 1_000;

/** How many of the executions that fit began when, by status. */
export function histogramQuery(search: ExecutionsSearch) {
  const { sort: _sort, ...filter } = search;
  return queryOptions({
    queryKey: ["executions", "histogram", filter],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions/histogram", {
          params: {
            query: {
              ...filterOf(search),
              ...histogramTime(search),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    retry: false,
  });
}

function filterOf(search: ExecutionsSearch) {
  return {
    status: (search.status ?? []) as ExecutionStatus[],
    workflow_id: search.workflow ?? null,
    source: search.source ? [search.source] : [],
    min_ms: search.min_ms ?? null,
    ...readQuery(search.q ?? ""),
  };
}

type TimeSearch = Pick<ExecutionsSearch, "from" | "to" | "since">;

/** The time of a list as its parameters. */
export function timeOf({ from, to, since }: TimeSearch) {
  if (from !== undefined && to !== undefined)
    return { created_from: from * 1_000, created_before: to * 1_000 };
  return { created_from: since ? microsecondsAgo(SINCE[since]) : null };
}

/** The time of a histogram as its parameters; without one, the last day. */
export function histogramTime({ from, to, since }: TimeSearch) {
  if (from === undefined || to === undefined)
    return { from: microsecondsAgo(SINCE[since ?? "day"]), parts: PARTS };
  const parts = Math.min(PARTS, Math.max(1, Math.floor((to - from) / SHORTEST_MS)));
  return { from: from * 1_000, to: to * 1_000, parts };
}

function microsecondsAgo(seconds: number): number {
  return (Math.floor(Date.now() / 60_000) * 60 - seconds) * 1_000_000;
}
