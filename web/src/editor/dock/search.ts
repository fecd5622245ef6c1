import { someOf, textIn } from "@/app/address";
import type { SpanChoice } from "@/editor/run/spans";
import type { TimeView } from "./traceZoom";

/** What of an execution's trace and log stands in the address. */

export const DOCK_TABS = ["timeline", "logs", "network", "output", "problems"] as const;
export type DockTab = (typeof DOCK_TABS)[number];

/** Which attempts and requests are shown: those that are all of it. */
export const ONLY = ["errors", "http", "slow"] as const;
export type Only = (typeof ONLY)[number];

export interface TraceSearch {
  only?: Only[];
  /** The part of the time that is seen: `250..750` milliseconds, as {@link timeText} writes it. */
  within?: string;
  /** What is searched for in the log. */
  log?: string;
}

export const SLOW_MS = 500;

export function readTraceSearch(search: Record<string, unknown>): TraceSearch {
  const time = readTime(search.within);
  return {
    only: someOf(ONLY, search.only),
    within: time ? timeText(time) : undefined,
    log: textIn(search.log),
  };
}

const TIME = /^(\d{1,13}(?:\.\d{1,3})?)\.\.(\d{1,13}(?:\.\d{1,3})?)$/;

/** A part of the time as text: whole microseconds, all that executions know. */
export function timeText({ from, to }: TimeView): string {
  return `${Number(from.toFixed(3))}..${Number(to.toFixed(3))}`;
}

/** The reverse; null where it is not a part of the time. */
export function readTime(text: unknown): TimeView | null {
  const found = typeof text === "string" && TIME.exec(text);
  if (!found) return null;
  const [from, to] = found.slice(1).map(Number) as [number, number];
  return from < to ? { from, to } : null;
}

/** The same as the server is asked for it. */
export function choiceOf(only: readonly Only[]): SpanChoice {
  return {
    ...(only.includes("errors") ? { failed: true } : {}),
    ...(only.includes("http") ? { kind: "request" as const } : {}),
    ...(only.includes("slow") ? { min_ms: SLOW_MS } : {}),
  };
}
