import { createContext } from "react";
import type { JsonValue } from "../form/schema";

/**
 * Which parts of JSON values somebody folded or unfolded. It outlives what shows them: in a long
 * list that is taken away as soon as it is out of sight.
 */
export const Folds = createContext<Map<string, boolean> | null>(null);

/** A value with more entries than this is shown with its own entries only, until they are opened. */
const MOST_OPEN = 150;

/** How deep a value is open at first: all of a small one, the surface of a large one. */
export function openDepth(value: JsonValue): number {
  return rowsOf(value, 2) > MOST_OPEN ? 1 : 2;
}

/** About how many lines a value takes when it is open down to a depth; counts no further than needed. */
export function rowsOf(value: JsonValue, depth: number): number {
  if (typeof value !== "object" || value === null || depth === 0) return 1;
  let rows = 2;
  for (const part of Object.values(value)) {
    rows += rowsOf(part, depth - 1);
    if (rows > MOST_OPEN) break;
  }
  return rows;
}
