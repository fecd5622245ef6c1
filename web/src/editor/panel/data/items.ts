import { keepPreviousData, type QueryKey, queryOptions } from "@tanstack/react-query";
import type { JsonObject, JsonValue } from "../form/schema";
import type { FieldShape } from "./SchemaTree";

/** The items of an output, read in windows: the browser never holds all that a node gave. */

/** Where they come from: an execution that the server stored, or the document itself. */
export interface ItemSource {
  /** Names them among all others, also for what was read of them. */
  key: QueryKey;
  node: string;
  output: string;
  /** What it means that there are none. */
  none: string;
  /** So many of those in a view, from the one at `offset` on. */
  window: (
    view: ItemView,
    offset: number,
    limit: number,
    signal: AbortSignal,
  ) => Promise<ItemWindow>;
  /** The fields of more than one window of them. */
  fields: (signal: AbortSignal) => Promise<KnownFields>;
  /** Where the bytes of a file of an item are; null: no item has files. */
  fileAddress: ((index: number, field: string) => string) | null;
}

/** Which items are shown, and in which order. */
export interface ItemView {
  q: string;
  /** A field, with `-` before it the other way round; empty: as they came. */
  sort: string;
}

export const WINDOW_SIZE = 200;

/** As they came. */
export const WHOLE: ItemView = { q: "", sort: "" };

export interface ItemWindow {
  items: readonly StoredItem[];
  /** How many there are, and how many of them are in the view. */
  total: number;
  found: number;
}

/** The fields of the first items of an output. */
export interface KnownFields {
  shape: readonly FieldShape[];
  /** So many items were looked at. */
  looked: number;
}

export interface StoredItem {
  /** Its place in the output, whatever it is sorted by. */
  index: number;
  json: JsonObject;
  files?: Record<string, StoredFile>;
}
export interface StoredFile {
  name?: string;
  content_type?: string;
  size?: number;
  sha256?: string;
}

/** The window numbered `number`, each of so many items. */
export function windowQuery(
  source: ItemSource,
  view: ItemView,
  number: number,
  size: number = WINDOW_SIZE,
) {
  return queryOptions({
    queryKey: ["items", source.key, view, number, size],
    queryFn: ({ signal }) => source.window(view, number * size, size, signal),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    staleTime: 60_000,
    retry: false,
  });
}

/** The fields of items, those that come first first; so many columns at the most. */
export function columnsOf(items: readonly Pick<StoredItem, "json">[], most = 60): string[] {
  const names = new Set<string>();
  for (const item of items) for (const name of Object.keys(item.json)) names.add(name);
  return [...names].slice(0, most);
}

/** A value as one line of a table; long ones are cut. */
export function cellText(value: JsonValue | undefined, most = 200): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
