import { QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";
import { ApiProblem } from "./problem";

/** Called when the session has ended; the shell sets it to go to the page for signing in. */
export const session = { ended: () => {} };

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiProblem && error.status === 401) session.ended();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays a refusal; only a server that is away may come back.
        retry: (count, error) => error instanceof ApiProblem && error.status === 0 && count < 3,
        refetchOnWindowFocus: true,
      },
    },
  });
}

export const accountQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => ask(api.GET("/api/v1/session")),
  staleTime: 60_000,
});

export const nodeTypesQuery = queryOptions({
  queryKey: ["node_types"],
  queryFn: () => ask(api.GET("/api/v1/node_types")),
  staleTime: Number.POSITIVE_INFINITY,
});
