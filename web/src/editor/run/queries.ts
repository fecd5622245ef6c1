import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

/** What the editor and the execution's page ask of executions. */

export type ExecutionSummary = Schemas["ExecutionSummary"];
export type ExecutionDetails = Schemas["ExecutionDetails"];

export function executionQuery(id: string) {
  return queryOptions({
    queryKey: ["execution", id],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions/{execution_id}", {
          params: { path: { execution_id: id } },
          signal,
        }),
      ),
    retry: false,
  });
}

/** The newest executions of a workflow. */
export function recentQuery(workflowId: string) {
  return queryOptions({
    queryKey: ["executions", "of", workflowId],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions", {
          params: { query: { workflow_id: workflowId, limit: 30 } },
          signal,
        }),
      ),
    staleTime: 2_000,
  });
}

/** What changed around a moment of an execution, so many milliseconds after it was created. */
export async function askMoments(id: string, at: number) {
  return ask(
    api.GET("/api/v1/executions/{execution_id}/moments", {
      params: { path: { execution_id: id }, query: { at } },
    }),
  );
}
