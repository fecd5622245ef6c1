import { oneOf, textIn } from "@/app/address";
import { readTraceSearch, type TraceSearch } from "@/editor/dock/search";
import { type DataSearch, readDataSearch } from "@/editor/panel/data/search";

/** What of an execution's page stands in the address. */
export interface ExecutionSearch extends DataSearch, TraceSearch {
  view?: View;
  node?: string;
  /** The moment that is looked at: milliseconds since it was created. */
  t?: number;
  /** How fast the time is played; without it the whole in some seconds. */
  speed?: Speed;
  /** The attempt (`a12`) or request (`r3`) whose details are shown. */
  span?: string;
  /** The part of its details. */
  tab?: Part;
}

export const SPEEDS = [0.1, 0.5, 1, 5, 20, 100] as const;
export type Speed = (typeof SPEEDS)[number];

export const VIEWS = ["data", "canvas", "trace", "logs", "network"] as const;
export type View = (typeof VIEWS)[number];

export const PARTS = ["error", "request", "response", "input", "output", "logs"] as const;
export type Part = (typeof PARTS)[number];

export function readExecutionSearch(search: Record<string, unknown>): ExecutionSearch {
  const { span, t } = search;
  return {
    // Links of before called it so.
    view: oneOf(VIEWS, search.view === "timeline" ? "trace" : search.view),
    node: textIn(search.node),
    t: typeof t === "number" && t >= 0 ? t : undefined,
    speed: SPEEDS.find((each) => each === search.speed),
    span: typeof span === "string" && /^[ar]\d+$/.test(span) ? span : undefined,
    tab: oneOf(PARTS, search.tab),
    ...readDataSearch(search),
    ...readTraceSearch(search),
  };
}

/** An item of what a node was given, shown among the others. */
export function atInput(item: number): ExecutionSearch {
  return { tab: "input", in_item: item, in_show: undefined };
}
