import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

/** What the editor and the execution's page ask of executions. */

export type ExecutionSummary = Schemas["ExecutionSummary"];
export type ExecutionDetails = Schemas["ExecutionDetails"];
export type Span = Schemas["Span"];

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

const SPANS = 1_000;

/** Attempts and requests in the order of their begin: so many windows of a thousand. */
export function spansQuery(id: string, isEnded: boolean, windows = 1) {
  return queryOptions({
    queryKey: ["spans", id, isEnded, windows],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        Array.from({ length: windows }, (_, number) =>
          ask(
            api.GET("/api/v1/executions/{execution_id}/spans", {
              params: {
                path: { execution_id: id },
                query: { offset: number * SPANS, limit: SPANS },
              },
              signal,
            }),
          ),
        ),
      );
      return {
        spans: found.flatMap(({ spans }) => spans),
        total: Math.max(...found.map(({ total }) => total)),
      };
    },
    placeholderData: keepPreviousData,
    // While it runs, what is shown grows; the live events say how nodes stand in between.
    refetchInterval: isEnded ? false : 1_000,
    staleTime: isEnded ? Number.POSITIVE_INFINITY : 0,
    retry: false,
  });
}

/** The attempts of one node, the last thousand at the most; grows while the execution runs. */
export function attemptsQuery(id: string, node: string, isEnded: boolean) {
  return queryOptions({
    queryKey: ["attempts", id, node, isEnded],
    queryFn: async ({ signal }) => {
      const window = (offset: number) =>
        ask(
          api.GET("/api/v1/executions/{execution_id}/spans", {
            params: { path: { execution_id: id }, query: { node, offset, limit: SPANS } },
            signal,
          }),
        );
      const first = await window(0);
      const { spans } = first.total > SPANS ? await window(first.total - SPANS) : first;
      return spans.filter((span) => span.kind === "attempt");
    },
    placeholderData: keepPreviousData,
    refetchInterval: isEnded ? false : 1_000,
    staleTime: isEnded ? Number.POSITIVE_INFINITY : 0,
    retry: false,
  });
}

/** The iterations in which the node put something out, in their order. */
export function iterationsOf(spans: readonly Span[]): string[] {
  const attempts = spans.filter(({ kind }) => kind === "attempt");
  const ended = attempts.filter(
    ({ details }) =>
      details.node_status === "succeeded" ||
      details.node_status === "skipped" ||
      Number(details.items_out) > 0,
  );
  return [...new Set(ended.map(({ iteration }) => iteration.join(".")))];
}

/** What changed around a moment of an execution, so many milliseconds after it was created. */
export async function askMoments(id: string, at: number) {
  return ask(
    api.GET("/api/v1/executions/{execution_id}/moments", {
      params: { path: { execution_id: id }, query: { at } },
    }),
  );
}

export interface StoredLogLine {
  seq: number;
  node: string | null;
  at: string;
  level: string;
  message: string;
}

/** All log lines of an ended execution, some thousands at the most. */
export function logQuery(id: string, isEnded: boolean) {
  return queryOptions({
    queryKey: ["log", id, isEnded],
    queryFn: async ({ signal }) =>
      (
        await ask(
          api.GET("/api/v1/executions/{execution_id}/logs", {
            params: { path: { execution_id: id }, query: { limit: 1000 } },
            signal,
          }),
        )
      ).entries as unknown as StoredLogLine[],
    placeholderData: keepPreviousData,
    refetchInterval: isEnded ? false : 1_500,
    staleTime: isEnded ? Number.POSITIVE_INFINITY : 0,
    retry: false,
  });
}
