import { oneOf, textIn } from "@/app/address";

/** What of the numbers stands in the address. */
export interface AnalyticsSearch {
  range?: Range;
  wf?: string;
}

/** How far back in seconds, and in how many parts that is shown. */
export const RANGES = {
  hour: { seconds: 3_600, parts: 60, label: "last hour" },
  day: { seconds: 86_400, parts: 48, label: "last 24 hours" },
  week: { seconds: 604_800, parts: 56, label: "last 7 days" },
  month: { seconds: 2_592_000, parts: 60, label: "last 30 days" },
} as const;
export type Range = keyof typeof RANGES;

export function readAnalyticsSearch(search: Record<string, unknown>): AnalyticsSearch {
  return {
    range: oneOf(Object.keys(RANGES) as Range[], search.range),
    wf: textIn(search.wf),
  };
}
