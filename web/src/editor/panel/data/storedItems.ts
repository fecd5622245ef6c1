import { BASE } from "@/api/base";
import { api, ask, type Schemas } from "@/api/client";
import type { JsonValue } from "../form/schema";
import type { ItemSource, StoredItem } from "./items";
import type { FieldShape } from "./SchemaTree";

/** One output of one node execution. */
export interface OutputPlace {
  execution: string;
  node: string;
  output: string;
  /** The iterations of the loops around the node: `3.0`; empty outside of loops. */
  iteration: string;
}

/** The items that an execution left: the server searches and sorts them. */
export function storedItems({ execution, node, output, iteration }: OutputPlace): ItemSource {
  const path = { execution_id: execution, node };
  return {
    key: ["stored", execution, node, output, iteration],
    node,
    output,
    none: "This output was reached, and gave nothing.",
    window: async ({ q, sort }, offset, limit, signal) => {
      const found = await ask(
        api.GET("/api/v1/executions/{execution_id}/nodes/{node}/items", {
          params: {
            path,
            query: { output, path: iteration, offset, limit, q: q || null, sort: sort || null },
          },
          signal,
        }),
      );
      return { items: found.items.map(asItem), total: found.total, found: found.found };
    },
    fields: async (signal) => {
      const found = await ask(
        api.GET("/api/v1/executions/{execution_id}/nodes/{node}/fields", {
          params: { path, query: { output, path: iteration } },
          signal,
        }),
      );
      return { shape: shapeOfFields(found.fields), looked: found.looked_at };
    },
    // The server gives the bytes of a file as a download, never as a page.
    fileAddress: (index, field) => {
      const wanted = new URLSearchParams({ output, path: iteration, index: String(index), field });
      return `${BASE}/api/v1/executions/${execution}/nodes/${node}/file?${wanted}`;
    },
  };
}

/** The server gives an item as `{index, json, files}`. */
function asItem(found: Record<string, unknown>): StoredItem {
  const { index, json, files } = found as unknown as StoredItem;
  return { index, json: json ?? {}, ...(files ? { files } : {}) };
}

const WORDS: Record<string, string> = { string: "text", array: "list", integer: "number" };

/** The server's list of fields as a tree; what is in a list's entries stands below the list. */
export function shapeOfFields(fields: Schemas["ItemFields"]["fields"]): FieldShape[] {
  const roots: FieldShape[] = [];
  const known = new Map<string, FieldShape>();
  for (const field of fields) {
    const above = known.get(nameOf(field.keys));
    if (field.keys.at(-1) === 0) {
      if (above) above.example ??= field.example as JsonValue;
      continue;
    }
    const shape: FieldShape = {
      keys: field.keys,
      types: [...new Set(Object.keys(field.types).map((type) => WORDS[type] ?? type))].sort(),
      example: field.example as JsonValue,
      present: field.present,
      fields: [],
    };
    known.set(JSON.stringify(field.keys), shape);
    (above?.fields ?? roots).push(shape);
  }
  return roots;
}

/** The field with a name in which a field stands: `rows` for `rows[].x` and for `rows[]`. */
function nameOf(keys: readonly (string | number)[]): string {
  let end = keys.length - 1;
  while (end > 0 && keys[end - 1] === 0) end--;
  return JSON.stringify(keys.slice(0, end));
}
