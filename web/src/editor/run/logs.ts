import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

/** The log of an execution, read in windows: the browser holds those that somebody looks at. */

/** Which lines are shown. */
export interface LogChoice {
  q: string;
  /** Those of one node, in one iteration of the loops around it (`3.0`). */
  node?: string | undefined;
  path?: string | undefined;
}

/** A line; of which execution is known where it is shown. */
export type StoredLogLine = Omit<Schemas["StoredLogLine"], "execution_id">;

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

/** How far a log is stored. */
export interface StoredEnd {
  total: number;
  last: StoredLogLine | null;
}

/** What is told live is stored a moment later. */
const STORED_MS = 1_000;

/**
 * How many lines are stored, and the last of them. Of an execution that runs it is asked once, and
 * once more for what was on its way into the store; then again when lines may have been `missed`.
 */
export function logEndQuery(id: string, view: LogChoice, isEnded: boolean, missed: number) {
  return queryOptions({
    queryKey: ["log", id, view, "end", isEnded || missed],
    queryFn: async ({ signal }): Promise<StoredEnd> => {
      const { total } = await readLog(id, view, 0, 1, signal);
      if (total === 0) return { total, last: null };
      const { entries } = await readLog(id, view, total - 1, 1, signal);
      return { total, last: entries[0] ?? null };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (!isEnded && state.dataUpdateCount < 2 ? STORED_MS : false),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** The window numbered `number`; the last one is read again when there are more lines. */
export function logWindowQuery(id: string, view: LogChoice, number: number) {
  return queryOptions({
    queryKey: ["log", id, view, number],
    queryFn: async ({ signal }) =>
      (await readLog(id, view, number * LOG_WINDOW, LOG_WINDOW, signal)).entries,
    gcTime: 30_000,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
