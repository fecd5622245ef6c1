import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import type { NetworkSearch } from "./search";

/** A request that has ended, as the list has it. */
export type NetworkRequest = Schemas["ListedRequest"];

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
