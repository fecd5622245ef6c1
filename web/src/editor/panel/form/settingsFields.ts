import type { FieldSpec } from "./schema";

/** Settings are no parameters: none of them is computed. */
export function withoutExpressions(fields: FieldSpec[]): FieldSpec[] {
  return fields.map((field) => ({
    ...field,
    label: titled(field.name),
    takesExpressions: false,
    fields: withoutExpressions(field.fields),
  }));
}

function titled(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
