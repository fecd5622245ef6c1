import type { JsonObject, JsonValue } from "../form/schema";
import { CopyMenu } from "./CopyMenu";
import { Dragged } from "./Dragged";
import { cellText } from "./items";

/** A field of some items: what its values are, and an example. */
export interface FieldShape {
  keys: (string | number)[];
  types: string[];
  example: JsonValue;
  /** In how many of the items it is there. */
  present: number;
  fields: FieldShape[];
}

const MOST_DEPTH = 6;
const MOST_FIELDS = 300;

/** The shape of some items, by their fields. */
export function shapeOf(items: readonly JsonObject[]): FieldShape[] {
  return fieldsIn(items, [], 0);
}

function fieldsIn(objects: readonly JsonObject[], keys: (string | number)[], depth: number) {
  const values = new Map<string, JsonValue[]>();
  for (const object of objects)
    for (const [name, value] of Object.entries(object)) {
      const known = values.get(name);
      if (known) known.push(value);
      else if (values.size < MOST_FIELDS) values.set(name, [value]);
    }
  return [...values].map(([name, found]): FieldShape => {
    const path = [...keys, name];
    const isList = found.some(Array.isArray);
    const inner = found.flatMap((value) => (Array.isArray(value) ? value.slice(0, 20) : [value]));
    const objectsInside = inner.filter(isObject);
    return {
      keys: path,
      types: [...new Set(found.map(typeName))].sort(),
      example: found[0] ?? null,
      present: found.length,
      fields:
        objectsInside.length > 0 && depth < MOST_DEPTH
          ? fieldsIn(objectsInside, isList ? [...path, 0] : path, depth + 1)
          : [],
    };
  });
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? "object" : typeof value;
}

interface SchemaTreeProps {
  fields: readonly FieldShape[];
  /** How many items were looked at. */
  count: number;
  root: string | null;
}

/** The fields of some items; each can be dragged into a parameter. */
export function SchemaTree({ fields, count, root }: SchemaTreeProps) {
  return (
    <ul className="flex flex-col gap-0.5 p-2 text-xs">
      {fields.map((field) => (
        <li key={field.keys.join("\u0000")}>
          <div className="group flex items-center rounded-control hover:bg-hover">
            <Dragged root={root} keys={field.keys}>
              <span className="flex items-baseline gap-2 px-1">
                <span className="shrink-0 font-mono font-semibold">
                  {String(field.keys.at(-1))}
                </span>
                <span className="shrink-0 text-2xs text-muted">{field.types.join(" or ")}</span>
                {field.present < count ? (
                  <span className="shrink-0 text-2xs text-muted">in {field.present}</span>
                ) : null}
                {field.fields.length === 0 ? (
                  <span className="truncate font-mono text-muted">
                    {cellText(field.example, 80)}
                  </span>
                ) : null}
              </span>
            </Dragged>
            <CopyMenu root={root} keys={field.keys} value={field.example} />
          </div>
          {field.fields.length > 0 ? (
            <div className="ml-2 border-l border-line">
              <SchemaTree fields={field.fields} count={field.present} root={root} />
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
