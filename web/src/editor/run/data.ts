import type { JsonObject, PlacedNode } from "@/editor/document";
import { type FieldSpec, fieldsOf, type Schema } from "@/editor/panel/form/schema";
import { isObject } from "@/editor/panel/form/values";

/** What a string of a form's page is beside a text (docs/reference/nodes/trigger.md). */
interface FormSchema extends Schema {
  format?: string;
}

const FILE = "The page takes a file here; by hand, write the name of one.";

/** The fields of a trigger that has a JSON Schema for its data; null where any JSON is given. */
export function dataFields(node: PlacedNode | undefined): FieldSpec[] | null {
  const { data_validation, input_schema, form_schema } = node?.params ?? {};
  const schema = (data_validation ?? input_schema ?? form_schema) as Schema | null | undefined;
  if (!schema?.properties) return null;
  return fieldsOf(schema).map((field) => {
    const { format } = field.schema as FormSchema;
    const isLong = field.kind === "text" && format === "multiline";
    return {
      ...field,
      kind: isLong ? "multiline" : field.kind,
      hints: format === "date" ? { placeholder: "2026-01-31", ...field.hints } : field.hints,
      help: format === "binary" ? [field.help, FILE].filter(Boolean).join(" ") : field.help,
      takesExpressions: false,
    };
  });
}

/** With what somebody begins who gives data: a form is filled in, other data is not given at all. */
export function initialData(node: PlacedNode | undefined): unknown {
  const fields = dataFields(node);
  if (!fields) return undefined;
  const values: JsonObject = {};
  for (const { name, kind, schema } of fields) {
    if (schema.default !== undefined) values[name] = schema.default;
    // The page has a box for it: what is not ticked is false.
    else if (kind === "boolean" && node?.params?.form_schema) values[name] = false;
  }
  const given = node?.params?.default_data;
  return isObject(given) ? { ...values, ...given } : values;
}

/** The names of the fields that must be filled in, and are not. */
export function missingIn(fields: readonly FieldSpec[], data: unknown): string[] {
  const values = isObject(data) ? data : {};
  return fields
    .filter(({ name, isRequired }) => isRequired && values[name] === undefined)
    .map(({ label }) => label);
}
