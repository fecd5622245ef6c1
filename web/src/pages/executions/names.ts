import { keepPreviousData, queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";

const FIRST = 200;
/** The server is asked for so many at once. */
const CHUNK = 100;

/** The first workflows by name; `text`: those whose names hold it. */
export function workflowsCalled(text = "") {
  return queryOptions({
    queryKey: ["workflows", "names", text],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/workflows", {
          params: { query: { q: text || null, limit: FIRST } },
          signal,
        }),
      ),
    staleTime: 30_000,
  });
}

function workflowsOf(ids: readonly string[]) {
  return queryOptions({
    queryKey: ["workflows", "names", "of", ids],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/workflows", { params: { query: { id: [...ids], limit: CHUNK } }, signal }),
      ),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}

/** The names of workflows by their ids; those that one may not see are left out. */
export function useWorkflowNames(ids: Iterable<string>): ReadonlyMap<string, string> {
  const first = useQuery(workflowsCalled());
  const known = new Map((first.data?.workflows ?? []).map(({ id, name }) => [id, name]));
  const missing = first.data ? missingOf(ids, known) : [];
  const others = useQueries({ queries: chunksOf(missing).map(workflowsOf) });
  for (const { data } of others)
    for (const { id, name } of data?.workflows ?? []) known.set(id, name);
  return known;
}

/** The ids whose names are not known, each once, in an order that does not change. */
export function missingOf(ids: Iterable<string>, known: ReadonlyMap<string, string>): string[] {
  return [...new Set(ids)].filter((id) => id !== "" && !known.has(id)).sort();
}

export function chunksOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / CHUNK);
  return Array.from({ length: count }, (_, at) => ids.slice(at * CHUNK, (at + 1) * CHUNK));
}
