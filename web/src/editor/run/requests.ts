import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";

/** A request with its headers and bodies; secrets are masked by the server. */
export interface RequestDetails {
  seq: number;
  execution_id: string;
  node_id: string;
  /** The place of the item that it was for, in the node's input; null: it was for no single one. */
  item: number | null;
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
