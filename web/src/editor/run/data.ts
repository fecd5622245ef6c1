import type { PlacedNode } from "@/editor/document";
import type { Schema } from "@/editor/panel/form/schema";

/** The JSON Schema that a trigger has for its data. */
export function schemaOf(node: PlacedNode | undefined): Schema | undefined {
  const { data_validation, input_schema } = node?.params ?? {};
  const schema = (data_validation ?? input_schema) as Schema | null | undefined;
  return schema?.properties ? schema : undefined;
}

/** With what somebody begins who gives data: a form is filled in, other data is not given at all. */
export function initialData(node: PlacedNode | undefined): unknown {
  return schemaOf(node) ? (node?.params?.default_data ?? {}) : undefined;
}
