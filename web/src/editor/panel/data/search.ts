import { oneOf, placeIn, textIn } from "@/app/address";

/** What of the data of a node stands in the address: how its input and its output are looked at. */

export const VIEW_NAMES = ["table", "json", "schema"] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** How the items on one side of a node are looked at. */
export interface SideView {
  /** Which of its outputs; of the input, the edge by which items came. */
  output?: string;
  /** The iterations of the loops around the node: `3.0`. */
  iteration?: string;
  show?: ViewName;
  q?: string;
  /** A field, with `-` before it the other way round. */
  sort?: string;
  /** The columns of the table, where not all are shown. */
  columns?: string[];
  /** The place of the item that is looked at. */
  item?: number;
}

export type Side = "input" | "output";

/** The output has the plain names, the input the same after `in_`. */
export type DataSearch = SideView & { [Name in keyof SideView as `in_${Name}`]: SideView[Name] };

const MOST_COLUMNS = 60;
const ITERATION = /^\d+(\.\d+)*$/;

function columnsIn(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.map(textIn).filter((name) => name !== undefined);
  return names.length > 0 ? names.slice(0, MOST_COLUMNS) : undefined;
}

/** How one side is looked at, as an address says it. */
export function sideOf(search: Record<string, unknown>, side: Side): SideView {
  const value = (name: keyof SideView) => search[side === "input" ? `in_${name}` : name];
  const iteration = textIn(value("iteration"));
  return {
    output: textIn(value("output")),
    iteration: iteration && ITERATION.test(iteration) ? iteration : undefined,
    show: oneOf(VIEW_NAMES, value("show")),
    q: textIn(value("q")),
    sort: textIn(value("sort")),
    columns: columnsIn(value("columns")),
    item: placeIn(value("item")),
  };
}

/** The reverse. */
export function ofSide(view: SideView, side: Side): DataSearch {
  if (side === "output") return view;
  return Object.fromEntries(Object.entries(view).map(([name, value]) => [`in_${name}`, value]));
}

export function readDataSearch(search: Record<string, unknown>): DataSearch {
  return { ...sideOf(search, "output"), ...ofSide(sideOf(search, "input"), "input") };
}

/** Other items: what was searched for, sorted and picked before was about those before. */
export const OTHER_ITEMS: SideView = {
  q: undefined,
  sort: undefined,
  columns: undefined,
  item: undefined,
};

const OTHER: SideView = { ...OTHER_ITEMS, output: undefined, iteration: undefined };

/** Another node; whether people look at tables or at JSON stays. */
export const OTHER_NODE: DataSearch = { ...OTHER, ...ofSide(OTHER, "input") };
