import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { NetworkSearch } from "./search";

/** A request that has ended, as the list has it. */
export interface NetworkRequest {
  seq: number;
  execution_id: string;
  number: number;
  workflow_id: string;
  node: string;
  /** The place of the item that it was for, in the node's input; null: it was for no single one. */
  item: number | null;
  attempt: number;
  at: string;
  method: string;
  url: string;
  status: number | null;
  error: string | null;
  duration_ms: number | null;
  timings: Record<string, number> | null;
  bytes_in: number;
  bytes_out: number;
  verdict: string;
}

export function requestsQuery(search: NetworkSearch) {
  return infiniteQueryOptions({
    queryKey: ["network", "list", { ...search, req: undefined }],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/http_requests", {
          params: {
            query: {
              state: search.state === "failed" ? "failed" : "succeeded",
              host: search.host ?? null,
              method: search.method ?? null,
              workflow_id: search.wf ?? null,
              q: search.q ?? null,
              cursor: pageParam,
              limit: 100,
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 2_000,
  });
}
