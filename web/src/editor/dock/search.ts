import { someOf, textIn } from "@/app/address";
import type { SpanChoice } from "@/editor/run/spans";

/** What of an execution's trace and log stands in the address. */

export const DOCK_TABS = ["timeline", "logs", "network", "output", "problems"] as const;
export type DockTab = (typeof DOCK_TABS)[number];

/** Which attempts and requests are shown: those that are all of it. */
export const ONLY = ["errors", "http", "slow"] as const;
export type Only = (typeof ONLY)[number];

export interface TraceSearch {
  only?: Only[];
  /** What is searched for in the log. */
  log?: string;
}

export const SLOW_MS = 500;

export function readTraceSearch(search: Record<string, unknown>): TraceSearch {
  return { only: someOf(ONLY, search.only), log: textIn(search.log) };
}

/** The same as the server is asked for it. */
export function choiceOf(only: readonly Only[]): SpanChoice {
  return {
    ...(only.includes("errors") ? { failed: true } : {}),
    ...(only.includes("http") ? { kind: "request" as const } : {}),
    ...(only.includes("slow") ? { min_ms: SLOW_MS } : {}),
  };
}
