import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { asStored, fitsLog, linesAfter } from "@/editor/run/liveLog";
import {
  LOG_WINDOW,
  type LogChoice,
  logEndQuery,
  logWindowQuery,
  type StoredLogLine,
} from "@/editor/run/logs";
import { type LogLine, useLive } from "@/live/execution";

const NONE: readonly LogLine[] = [];

/** How many lines there are: those that are stored, and those that were told since. */
export function useLogEnd(execution: string, { q, node, path }: LogChoice, isEnded: boolean) {
  const isFollowed = useLive((state) => state.execution?.id === execution);
  const told = useLive((state) => (isFollowed ? state.log : NONE));
  const missed = useLive((state) => (isFollowed ? state.missed : 0));
  const view = useMemo(() => ({ q, node, path }), [q, node, path]);
  const found = useQuery(logEndQuery(execution, view, isEnded, missed));
  const { data, refetch, isPlaceholderData } = found;
  const fresh = useMemo(
    () =>
      data
        ? linesAfter(
            data.last,
            told.filter((line) => fitsLog(view, line)),
          )
        : [],
    [data, told, view],
  );
  // Lines are read from the store again before there are too many to be held here.
  const windows = Math.floor(fresh.length / LOG_WINDOW);
  useEffect(() => {
    if (windows > 0 && !isPlaceholderData) void refetch();
  }, [windows, isPlaceholderData, refetch]);
  const stored = data?.total ?? 0;
  return {
    stored,
    fresh,
    total: stored + fresh.length,
    isReady: data !== undefined,
    error: found.error,
  };
}

/** The lines of a log by their places: read when they come into sight, and forgotten later. */
export function useLogLines(execution: string, view: LogChoice, isEnded: boolean) {
  const { stored, fresh, total, isReady, error } = useLogEnd(execution, view, isEnded);
  const [seen, setSeen] = useState<readonly number[]>([]);
  const numbers = [
    ...new Set(
      seen.filter((index) => index < stored).map((index) => Math.floor(index / LOG_WINDOW)),
    ),
  ];
  const windows = useQueries({
    queries: numbers.map((number) => logWindowQuery(execution, view, number)),
  });
  useEffect(() => {
    for (const [position, number] of numbers.entries()) {
      const window = windows[position];
      const expected = Math.min(LOG_WINDOW, stored - number * LOG_WINDOW);
      if (window?.data && !window.isFetching && window.data.length < expected)
        void window.refetch();
    }
  });
  const lineAt = (index: number): StoredLogLine | undefined => {
    const line = fresh[index - stored];
    return line
      ? asStored(line)
      : windows[numbers.indexOf(Math.floor(index / LOG_WINDOW))]?.data?.[index % LOG_WINDOW];
  };
  const failed = windows.find((window) => window.isError)?.error;
  return { total, isReady, error: error ?? failed ?? null, lineAt, setSeen };
}
