import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { type AnalyticsSearch, RANGES } from "./search";

export type Analytics = Schemas["Analytics"];
export type Totals = Schemas["Totals"];

export function analyticsQuery({ range = "day", wf }: AnalyticsSearch) {
  const { seconds, parts } = RANGES[range];
  return queryOptions({
    queryKey: ["analytics", range, wf ?? null],
    queryFn: ({ signal }) => {
      const to = Math.ceil(Date.now() / 1_000) * 1_000_000;
      const query = { from: to - seconds * 1_000_000, to, parts, workflow_id: wf ?? null };
      return ask(api.GET("/api/v1/analytics", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

/** How a number changed against the range before: `+12 %`; null where nothing can be said. */
export function change(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before === 0) return null;
  const percent = Math.round((100 * (now - before)) / before);
  return percent === 0 ? "as before" : `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}

/** A share as percent: `98.5 %`. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  const value = 100 * share;
  return `${value === 100 || value === 0 ? value : value.toFixed(1)} %`;
}
