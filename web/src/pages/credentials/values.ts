/** The values of a credential by the JSON Schema of its type, as fields of a form. */

interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  secret?: boolean;
  maxLength?: number;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
}

export type FieldKind = "text" | "secret" | "long" | "choice" | "pairs" | "switch";

export interface ValueField {
  name: string;
  label: string;
  kind: FieldKind;
  isRequired: boolean;
  isSecret: boolean;
  choices: string[];
  first: string;
  help: string | undefined;
}

const PEM_LENGTH = 100_000;

export function fieldsOf(values: unknown): ValueField[] {
  const { properties = {}, required = [] } = values as Schema;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    label: labelOf(schema.title ?? name),
    kind: kindOf(schema),
    isRequired: required.includes(name),
    isSecret: Boolean(schema.secret),
    choices: schema.enum ?? [],
    first: typeof schema.default === "string" ? schema.default : "",
    help: schema.description,
  }));
}

function kindOf(schema: Schema): FieldKind {
  if (schema.type === "boolean") return "switch";
  if (schema.type === "object") return "pairs";
  if (schema.enum) return "choice";
  if ((schema.maxLength ?? 0) > PEM_LENGTH) return "long";
  return schema.secret ? "secret" : "text";
}

/** `Client Id` is written `Client ID`, `Token Url` is `Token URL`. */
function labelOf(title: string): string {
  const [first = "", ...rest] = title.replaceAll("_", " ").split(" ");
  const words = [first, ...rest.map((word) => word.toLowerCase())];
  return words.map((word) => (/^(id|url)$/i.test(word) ? word.toUpperCase() : word)).join(" ");
}

/** `X-Key: abc` a line, as an object. */
export function pairsOf(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) pairs[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return pairs;
}

/** What is sent: fields that were left empty are left out. */
export function valuesOf(
  fields: readonly ValueField[],
  typed: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const text = typed[field.name] ?? field.first;
    if (!text) continue;
    if (field.kind === "pairs") values[field.name] = pairsOf(text);
    else if (field.kind === "switch") values[field.name] = text === "true";
    else values[field.name] = text;
  }
  return values;
}
