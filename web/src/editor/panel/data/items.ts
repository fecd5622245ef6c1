import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import type { JsonObject, JsonValue } from "../form/schema";

/** Stored outputs, read in windows: the browser never holds a node's whole output. */

/** One output of one node execution. */
export interface OutputPlace {
  execution: string;
  node: string;
  output: string;
  /** The iterations of the loops around the node: `3.0`; empty outside of loops. */
  iteration: string;
}

/** Which items are shown, and in which order. */
export interface ItemView {
  q: string;
  /** A field, with `-` before it the other way round; empty: as they came. */
  sort: string;
}

export const WINDOW_SIZE = 200;

export type ItemWindow = Omit<Schemas["ItemWindow"], "items"> & { items: StoredItem[] };
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
  place: OutputPlace,
  view: ItemView,
  number: number,
  size: number = WINDOW_SIZE,
) {
  return queryOptions({
    queryKey: ["items", place, view, number, size],
    queryFn: async ({ signal }): Promise<ItemWindow> => {
      const found = await ask(
        api.GET("/api/v1/executions/{execution_id}/nodes/{node}/items", {
          params: {
            path: { execution_id: place.execution, node: place.node },
            query: {
              output: place.output,
              path: place.iteration,
              offset: number * size,
              limit: size,
              q: view.q || null,
              sort: view.sort || null,
            },
          },
          signal,
        }),
      );
      return { ...found, items: found.items.map(asItem) };
    },
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    staleTime: 60_000,
    retry: false,
  });
}

/** The server gives an item as `{index, json, files}`. */
function asItem(found: Record<string, unknown>): StoredItem {
  const { index, json, files } = found as unknown as StoredItem;
  return { index, json: json ?? {}, ...(files ? { files } : {}) };
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
