import { createContext, use } from "react";
import type { ExpressionFunction } from "../expression/completion";
import type { JsonObject, JsonValue } from "./schema";

/** The data with which expressions are completed and previewed. */
export interface Sample {
  /** The execution that the data is of, and which of the node's input items is looked at. */
  place: { execution_id: string; node: string; index: number } | null;
  /** Values of roots by their names: `json`, `items`, `trigger`, `vars`, … */
  roots: JsonObject;
  /** Items of the nodes before this one, by the node's id. */
  nodes: Record<string, JsonObject[]>;
}

export interface FormSurroundings {
  sample: Sample;
  functions: readonly ExpressionFunction[];
  /** What the server finds wrong at a place of the parameters: `keys.0.field`. */
  problemAt: (path: string) => string | undefined;
  /** In a version that can't be changed. */
  isReadOnly: boolean;
  /** Whether the server evaluates expressions for whoever is signed in; it does unless told. */
  mayPreview?: boolean;
  /** What `code` parameters are written in. */
  language: "python" | "javascript" | "sql";
}

export const NO_SAMPLE: Sample = { place: null, roots: {}, nodes: {} };

export const FormContext = createContext<FormSurroundings>({
  sample: NO_SAMPLE,
  functions: [],
  problemAt: () => undefined,
  isReadOnly: false,
  language: "python",
});

export function useForm(): FormSurroundings {
  return use(FormContext);
}

/** What every field is given; `undefined` is a parameter that is left out. */
export interface FieldProps<T extends JsonValue = JsonValue> {
  path: string;
  value: T | undefined;
  onChange: (value: JsonValue | undefined) => void;
}
