import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";

/** The names of workflows by their ids, as far as one page has them. */
export function useWorkflowNames(): ReadonlyMap<string, string> {
  const found = useQuery({
    queryKey: ["workflow_names"],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/workflows", { params: { query: { limit: 200 } }, signal })),
    staleTime: 30_000,
  });
  return new Map((found.data?.workflows ?? []).map(({ id, name }) => [id, name]));
}
