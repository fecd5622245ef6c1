import { Plus, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Button, IconButton } from "@/ui/Button";
import { INPUT } from "@/ui/Field";
import { Field } from "./Field";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import type { FieldSpec, JsonObject, JsonValue } from "./schema";
import { isObject, shownText } from "./values";

interface Row {
  key: number;
  name: string;
  value: JsonValue;
}

let lastKey = 0;

function rowsOf(value: JsonValue | undefined): Row[] {
  const pairs: [string, JsonValue][] = Array.isArray(value)
    ? value.map((pair) =>
        isObject(pair) ? [shownText(pair.name ?? ""), pair.value ?? null] : ["", pair],
      )
    : Object.entries(isObject(value) ? value : {});
  return pairs.map(([name, part]) => ({ key: ++lastKey, name, value: part }));
}

/** An object, or a list of pairs where names repeat and the node type takes them. */
function gathered(rows: Row[], takesPairs: boolean): JsonValue | undefined {
  const named = rows.filter((row) => row.name !== "");
  if (named.length === 0) return undefined;
  const isUnique = new Set(named.map((row) => row.name)).size === named.length;
  if (!isUnique && takesPairs) return named.map(({ name, value }) => ({ name, value }));
  return Object.fromEntries(named.map((row) => [row.name, row.value])) as JsonObject;
}

/** Names and values. Names are free, values may be expressions. */
export function KeyValueField({ field, path, value, onChange }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const [rows, setRows] = useState(() => rowsOf(value));
  const takesPairs = field.schema.anyOf?.some((part) => part.type === "array") ?? false;
  // Rows without a name live only here; any other difference came from outside (undo, an import).
  const given = useMemo(() => rowsOf(value), [value]);
  const current = same(gathered(rows, takesPairs), value) ? rows : given;
  const change = (next: Row[]) => {
    setRows(next);
    onChange(gathered(next, takesPairs));
  };
  const names = current.map((row) => row.name);
  return (
    <div className="flex flex-col gap-2">
      {current.map((row, index) => (
        <div
          key={row.key}
          className="flex items-start gap-1 rounded-control border border-line p-1.5"
        >
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <input
              aria-label={`Name ${index + 1} of ${field.label}`}
              className={INPUT}
              readOnly={isReadOnly}
              autoComplete="off"
              spellCheck={false}
              placeholder="name"
              value={row.name}
              onChange={(event) => change(replaced(current, row.key, { name: event.target.value }))}
            />
            {!takesPairs && row.name !== "" && names.indexOf(row.name) < index ? (
              <p className="text-xs text-danger">This name stands above already; its value wins.</p>
            ) : null}
            <Field
              field={valueField(field, row.name || String(index + 1))}
              path={`${path}.${row.name}`}
              value={row.value}
              onChange={(next) => change(replaced(current, row.key, { value: next ?? "" }))}
            />
          </div>
          {isReadOnly ? null : (
            <IconButton
              label={`Remove ${row.name || "this row"}`}
              onPress={() => change(current.filter((other) => other.key !== row.key))}
            >
              <Trash2 size={14} aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      {isReadOnly ? null : (
        <Button
          className="self-start"
          onPress={() => setRows([...current, { key: ++lastKey, name: "", value: "" }])}
        >
          <Plus size={14} aria-hidden /> Add
        </Button>
      )}
    </div>
  );
}

function replaced(rows: Row[], key: number, change: Partial<Row>): Row[] {
  return rows.map((row) => (row.key === key ? { ...row, ...change } : row));
}

function same(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(isEmpty(right) ? null : (right ?? null));
}

function isEmpty(value: JsonValue | undefined): boolean {
  return (
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

function valueField(field: FieldSpec, name: string): FieldSpec {
  return {
    name,
    label: `Value of ${name}`,
    help: "",
    kind: "any",
    schema: {},
    hints: {},
    isRequired: false,
    isNullable: false,
    takesExpressions: field.takesExpressions,
    choices: [],
    fields: [],
  };
}
