/** What a form makes of the JSON Schema of a node's parameters (the subset that node types use). */

import type { Schemas } from "@/api/client";
import type { JsonObject, Json as JsonValue } from "@/editor/document";

export type { JsonObject, JsonValue };

/** How the editor shows a parameter (`Field(...)` in Python). */
export type Hints = Schemas["Hints"];
export type Schema = Schemas["ParamsSchema"];

/** How a parameter is edited. */
export type Kind =
  | "text"
  | "multiline"
  | "code"
  | "number"
  | "integer"
  | "boolean"
  | "choice"
  | "json"
  | "any"
  | "date"
  | "key_value"
  | "texts"
  | "list"
  | "object";

export interface FieldSpec {
  name: string;
  label: string;
  help: string;
  kind: Kind;
  schema: Schema & { default?: JsonValue };
  hints: Hints;
  isRequired: boolean;
  /** Null is a value of it: an empty field is null, not an empty text. */
  isNullable: boolean;
  takesExpressions: boolean;
  /** Of kind `choice`. */
  choices: JsonValue[];
  /** Of kinds `list` and `object`: the parameters of an element. */
  fields: FieldSpec[];
}

/** The fields of an object's schema, in the order in which the node type declares them. */
export function fieldsOf(schema: Schema, definitions = schema.$defs ?? {}): FieldSpec[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, part]) =>
    fieldOf(name, part, required.has(name), definitions),
  );
}

function fieldOf(
  name: string,
  declared: Schema,
  isRequired: boolean,
  definitions: Record<string, Schema>,
): FieldSpec {
  const hints = declared["x-ui"] ?? {};
  const { schema, isNullable } = essence(declared, definitions);
  const kind = kindOf(schema, hints, definitions);
  return {
    name,
    label: hints.label ?? declared.title ?? name,
    help: declared.description ?? "",
    kind,
    schema: { ...schema, default: declared.default as JsonValue | undefined },
    hints,
    isRequired,
    isNullable,
    takesExpressions: hints.expressions !== false,
    choices: kind === "choice" ? ((schema.enum ?? [schema.const ?? null]) as JsonValue[]) : [],
    fields: kind === "list" || kind === "object" ? elementFields(kind, schema, definitions) : [],
  };
}

/** A schema without its references and without null among its alternatives. */
function essence(
  declared: Schema,
  definitions: Record<string, Schema>,
): { schema: Schema; isNullable: boolean } {
  const schema = resolve(declared, definitions);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (!alternatives) return { schema, isNullable: false };
  const others = alternatives
    .map((part) => resolve(part, definitions))
    .filter((part) => part.type !== "null");
  const isNullable = others.length < alternatives.length;
  if (others.length === 1 && others[0]) return { schema: others[0], isNullable };
  // Their bounds stand beside them.
  if (others.every((part) => part.type === "integer" || part.type === "number"))
    return { schema: { ...schema, anyOf: undefined, ...others[0], type: "number" }, isNullable };
  return { schema: { anyOf: others }, isNullable };
}

function resolve(schema: Schema, definitions: Record<string, Schema>): Schema {
  const name = schema.$ref?.split("/").at(-1);
  const target = name === undefined ? undefined : definitions[name];
  return target ? { ...target, ...schema, $ref: undefined } : schema;
}

function kindOf(schema: Schema, hints: Hints, definitions: Record<string, Schema>): Kind {
  if (hints.widget === "key_value") return "key_value";
  if (hints.widget === "json") return "json";
  if (hints.widget === "code") return "code";
  if (hints.widget === "multiline") return "multiline";
  if (hints.widget === "date") return "date";
  if (schema.enum || schema.const !== undefined) return "choice";
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
    case "number":
    case "boolean":
      return schema.type;
    case "array": {
      const element = resolve(schema.items ?? {}, definitions);
      if (element.properties) return "list";
      return isText(element) ? "texts" : "json";
    }
    case "object":
      return schema.properties ? "object" : "key_value";
    default:
      return schema.anyOf ? "json" : "any";
  }
}

/** Whether an element of a list is written on one line: text, or a number. */
function isText(schema: Schema): boolean {
  const alternatives = schema.anyOf ?? [schema];
  return alternatives.every((part) => ["string", "integer", "number"].includes(part.type ?? ""));
}

function elementFields(
  kind: Kind,
  schema: Schema,
  definitions: Record<string, Schema>,
): FieldSpec[] {
  const element = kind === "list" ? resolve(schema.items ?? {}, definitions) : schema;
  return fieldsOf(element, definitions);
}

/** Whether a field is shown, given the values beside it (a missing one has its default). */
export function isShown(field: FieldSpec, params: JsonObject, fields: FieldSpec[]): boolean {
  return Object.entries(field.hints.show_when ?? {}).every(([name, wanted]) => {
    const value = params[name] ?? fields.find((other) => other.name === name)?.schema.default;
    if (isExpression(value)) return true; // what it will be is not known yet
    return Array.isArray(wanted) ? wanted.some((one) => one === value) : wanted === value;
  });
}

/** Whether a value is a text with an expression in it. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.includes("{{");
}

/** What a new element of a list begins with: its required fields, empty. */
export function newElement(fields: FieldSpec[]): JsonObject {
  const required = fields.filter((field) => field.isRequired);
  return Object.fromEntries(required.map((field) => [field.name, emptyValue(field)]));
}

function emptyValue(field: FieldSpec): JsonValue {
  if (field.schema.default !== undefined) return field.schema.default;
  switch (field.kind) {
    case "choice":
      return field.choices[0] ?? null;
    case "number":
    case "integer":
      return 0;
    case "boolean":
      return false;
    case "key_value":
    case "object":
      return {};
    case "list":
    case "texts":
      return [];
    case "json":
    case "any":
      return null;
    default:
      return "";
  }
}
