import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import type { JsonValue } from "../form/schema";
import { columnsOf, type ItemWindow, type OutputPlace, WINDOW_SIZE } from "./items";
import type { FieldShape } from "./SchemaTree";

/** The fields of outputs that are longer than a window: the server looks through more of them. */

type Fields = Schemas["ItemFields"];

function fieldsQuery(place: OutputPlace) {
  return queryOptions({
    queryKey: ["fields", place],
    queryFn: ({ signal }): Promise<Fields> =>
      ask(
        api.GET("/api/v1/executions/{execution_id}/nodes/{node}/fields", {
          params: {
            path: { execution_id: place.execution, node: place.node },
            query: { output: place.output, path: place.iteration },
          },
          signal,
        }),
      ),
    gcTime: 30_000,
    staleTime: 60_000,
    retry: false,
  });
}

/** What the server found in an output, where its first window does not hold all of it. */
export function useFields(place: OutputPlace, first: ItemWindow | undefined): Fields | undefined {
  const isLong = first !== undefined && first.total > WINDOW_SIZE;
  return useQuery({ ...fieldsQuery(place), enabled: isLong }).data;
}

/** The columns of an output: fields that the server found, and those of the first window. */
export function columnsIn(fields: Fields | undefined, first: ItemWindow | undefined): string[] {
  const found = (fields?.fields ?? []).filter((field) => field.keys.length === 1);
  const items = found.map(({ keys }) => ({ json: { [String(keys[0])]: null } }));
  return columnsOf([...items, ...(first?.items ?? [])]);
}

const WORDS: Record<string, string> = { string: "text", array: "list", integer: "number" };

/** The server's list of fields as a tree; what is in a list's entries stands below the list. */
export function shapeOfFields(fields: Fields["fields"]): FieldShape[] {
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
