import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
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
              created_from: search.since ? microsecondsAgo(SINCE[search.since]) : null,
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

/** How many parts the time of the histogram has. */
const PARTS = 60;

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
              from: microsecondsAgo(SINCE[search.since ?? "day"]),
              parts: PARTS,
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
    q: search.q ?? null,
  };
}

function microsecondsAgo(seconds: number): number {
  return (Math.floor(Date.now() / 60_000) * 60 - seconds) * 1_000_000;
}
