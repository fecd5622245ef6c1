import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { NetworkSearch } from "./search";

/** A request that has ended, as the list has it. */
export interface NetworkRequest {
  seq: number;
  execution_id: string;
  number: number;
  workflow_id: string;
  node: string;
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

/** A request with its headers and bodies; secrets are masked by the server. */
export interface RequestDetails {
  seq: number;
  execution_id: string;
  node_id: string;
  attempt: number;
  at: string;
  method: string;
  url: string;
  request_headers: Record<string, unknown> | null;
  request_body: unknown;
  response_status: number | null;
  response_headers: Record<string, unknown> | null;
  response_body: unknown;
  response_time: number | null;
  error_message: string | null;
  timings: Record<string, number> | null;
  bytes_in: number;
  bytes_out: number;
  verdict: string;
}

export function requestQuery(execution: string, seq: number) {
  return queryOptions({
    queryKey: ["network", "request", execution, seq],
    queryFn: async ({ signal }) => {
      const found = await ask(
        api.GET("/api/v1/executions/{execution_id}/http_requests", {
          params: { path: { execution_id: execution }, query: { after: seq - 1, limit: 1 } },
          signal,
        }),
      );
      const [entry] = found.entries as unknown as RequestDetails[];
      return entry?.seq === seq ? entry : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
