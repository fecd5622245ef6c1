import type { JsonObject, JsonValue } from "./schema";

/** Values as the texts that people type, and back. */

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The kinds of values that a field for anything offers. */
export const VALUE_KINDS = ["text", "number", "boolean", "null", "json"] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

export function kindOfValue(value: JsonValue | undefined): ValueKind {
  if (value === undefined || typeof value === "string") return "text";
  if (value === null) return "null";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "json";
}

/** A value turned into another kind, keeping what can be kept. */
export function converted(value: JsonValue | undefined, kind: ValueKind): JsonValue {
  switch (kind) {
    case "text":
      return value === undefined || value === null ? "" : shownText(value);
    case "number": {
      const number = Number(value);
      return Number.isFinite(number) && value !== "" ? number : 0;
    }
    case "boolean":
      return value === true || value === "true";
    case "null":
      return null;
    default:
      if (typeof value === "string") return parsedJson(value) ?? {};
      return value ?? {};
  }
}

/** Text as it is, anything else as JSON. */
export function shownText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The JSON value of a text, or undefined. */
export function parsedJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The number that a text is, or undefined; whole numbers only where `isInteger`. */
export function parsedNumber(text: string, isInteger: boolean): number | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) && (!isInteger || Number.isSafeInteger(number))
    ? number
    : undefined;
}
