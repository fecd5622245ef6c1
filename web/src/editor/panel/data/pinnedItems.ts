import type { JsonObject, JsonValue } from "../form/schema";
import { type ItemSource, type ItemView, type StoredItem, WHOLE } from "./items";
import { shapeOf } from "./SchemaTree";

let made = 0;

/**
 * The items of the document that stand in for what a node gives. They are all at hand, and
 * searched and sorted here as the server does it with those of an execution.
 */
export function pinnedItems(
  node: string,
  output: string,
  items: readonly JsonObject[],
): ItemSource {
  const all = items.map((json, index): StoredItem => ({ index, json }));
  let latest = { view: WHOLE, items: all };
  const inView = (view: ItemView) => {
    if (view.q !== latest.view.q || view.sort !== latest.view.sort)
      latest = { view, items: sorted(searched(all, view.q), view.sort) };
    return latest.items;
  };
  return {
    key: ["pinned", ++made],
    node,
    output,
    none: "It is pinned that this output gives nothing.",
    window: async (view, offset, limit) => {
      const found = inView(view);
      return {
        items: found.slice(offset, offset + limit),
        total: all.length,
        found: found.length,
      };
    },
    fields: async () => ({ shape: shapeOf(items), looked: items.length }),
    fileAddress: null,
  };
}

/** Those in whose JSON a text stands, in capitals or not. */
function searched(items: StoredItem[], q: string): StoredItem[] {
  if (q === "") return items;
  const text = q.toLowerCase();
  return items.filter(({ json }) => JSON.stringify(json).toLowerCase().includes(text));
}

/** By a key, with `-` before it the other way round; equal ones stay in their order. */
function sorted(items: StoredItem[], sort: string): StoredItem[] {
  if (sort === "") return items;
  const isDown = sort.startsWith("-");
  const key = isDown ? sort.slice(1) : sort;
  const placed = items.map((item) => ({ item, place: placeOf(item.json[key]) }));
  placed.sort((one, other) => (isDown ? -1 : 1) * compared(one.place, other.place));
  return placed.map(({ item }) => item);
}

type Place = readonly [group: number, value: number | string];

/** Any two values of JSON in one order: null, numbers, texts, all else by its text. */
function placeOf(value: JsonValue | undefined): Place {
  if (value === undefined || value === null) return [0, 0];
  if (typeof value === "string") return [2, value];
  return typeof value === "object" ? [3, JSON.stringify(value)] : [1, Number(value)];
}

function compared([group, value]: Place, [otherGroup, other]: Place): number {
  if (group !== otherGroup) return group - otherGroup;
  return value < other ? -1 : value > other ? 1 : 0;
}
