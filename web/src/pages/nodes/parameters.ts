import type { FieldSpec } from "@/editor/panel/form/schema";

/** A parameter as a line of a table; those inside of others are indented. */
export interface ParameterLine {
  path: string;
  depth: number;
  field: FieldSpec;
}

const MOST_DEPTH = 4;

export function linesOf(fields: readonly FieldSpec[], path = "", depth = 0): ParameterLine[] {
  return fields.flatMap((field) => {
    const own = path ? `${path}.${field.name}` : field.name;
    const inner = depth < MOST_DEPTH ? linesOf(field.fields, own, depth + 1) : [];
    return [{ path: own, depth, field }, ...inner];
  });
}
