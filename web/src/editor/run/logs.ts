import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";

/** The log of an execution, read in windows: the browser holds those that somebody looks at. */

/** Which lines are shown. */
export interface LogChoice {
  q: string;
  /** Those of one node, in one iteration of the loops around it (`3.0`). */
  node?: string | undefined;
  path?: string | undefined;
}

export interface StoredLogLine {
  seq: number;
  node_id: string | null;
  path: number[];
  at: string;
  level: string;
  message: string;
  data: Record<string, unknown> | null;
}

export const LOG_WINDOW = 200;

function readLog(id: string, view: LogChoice, offset: number, limit: number, signal: AbortSignal) {
  const { q, node, path } = view;
  return ask(
    api.GET("/api/v1/executions/{execution_id}/logs", {
      params: {
        path: { execution_id: id },
        query: { q: q || null, node: node ?? null, path: path ?? null, offset, limit },
      },
      signal,
    }),
  );
}

/** How many lines there are; grows while the execution runs. */
export function logTotalQuery(id: string, view: LogChoice, isEnded: boolean) {
  return queryOptions({
    queryKey: ["log", id, view, "total", isEnded],
    queryFn: async ({ signal }) => (await readLog(id, view, 0, 1, signal)).total,
    placeholderData: keepPreviousData,
    refetchInterval: isEnded ? false : 1_000,
    staleTime: isEnded ? Number.POSITIVE_INFINITY : 0,
    retry: false,
  });
}

/** The window numbered `number`; the last one is read again when there are more lines. */
export function logWindowQuery(id: string, view: LogChoice, number: number) {
  return queryOptions({
    queryKey: ["log", id, view, number],
    queryFn: async ({ signal }) =>
      (await readLog(id, view, number * LOG_WINDOW, LOG_WINDOW, signal))
        .entries as unknown as StoredLogLine[],
    gcTime: 30_000,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
