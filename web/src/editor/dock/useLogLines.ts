import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import {
  LOG_WINDOW,
  type LogChoice,
  logTotalQuery,
  logWindowQuery,
  type StoredLogLine,
} from "@/editor/run/logs";

/** The lines of a log by their places: read when they come into sight, and forgotten later. */
export function useLogLines(execution: string, view: LogChoice, isEnded: boolean) {
  const found = useQuery(logTotalQuery(execution, view, isEnded));
  const total = found.data ?? 0;
  const [seen, setSeen] = useState<readonly number[]>([]);
  const numbers = [...new Set(seen.map((index) => Math.floor(index / LOG_WINDOW)))];
  const windows = useQueries({
    queries: numbers.map((number) => logWindowQuery(execution, view, number)),
  });
  useEffect(() => {
    for (const [position, number] of numbers.entries()) {
      const window = windows[position];
      const expected = Math.min(LOG_WINDOW, total - number * LOG_WINDOW);
      if (window?.data && !window.isFetching && window.data.length < expected)
        void window.refetch();
    }
  });
  const lineAt = (index: number): StoredLogLine | undefined =>
    windows[numbers.indexOf(Math.floor(index / LOG_WINDOW))]?.data?.[index % LOG_WINDOW];
  const error = found.error ?? windows.find((window) => window.isError)?.error ?? null;
  return { total, isReady: found.data !== undefined, error, lineAt, setSeen };
}
