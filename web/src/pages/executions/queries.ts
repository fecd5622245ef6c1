import { infiniteQueryOptions } from "@tanstack/react-query";
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
              status: (search.status ?? []) as ExecutionStatus[],
              workflow_id: search.workflow ?? null,
              source: search.source ? [search.source] : [],
              created_from: search.since ? microsecondsAgo(SINCE[search.since]) : null,
              min_ms: search.min_ms ?? null,
              q: search.q ?? null,
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

function microsecondsAgo(seconds: number): number {
  return (Math.floor(Date.now() / 60_000) * 60 - seconds) * 1_000_000;
}
