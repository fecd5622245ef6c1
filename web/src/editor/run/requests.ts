import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

/** A request with its headers and bodies; secrets are masked by the server. */
export type RequestDetails = Schemas["StoredRequest"];

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
      const [entry] = found.entries;
      return entry?.seq === seq ? entry : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
