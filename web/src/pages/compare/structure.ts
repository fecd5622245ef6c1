import { equal } from "@/editor/document/equal";
import { pathText } from "@/editor/panel/expression/paths";

/** How two values differ, place by place. */

export interface Place {
  path: string;
  kind: "added" | "removed" | "changed";
  before: unknown;
  after: unknown;
}

/** More places are not shown. */
export const MOST_PLACES = 500;

/** The places at which two values differ; `root` is what the value itself is called. */
export function placesOf(before: unknown, after: unknown, root: string): Place[] {
  const found: Place[] = [];
  look(before, after, root, [], found);
  return found;
}

function look(
  before: unknown,
  after: unknown,
  root: string,
  keys: readonly (string | number)[],
  found: Place[],
): void {
  if (found.length >= MOST_PLACES || equal(before, after)) return;
  const inner = keysOf(before, after);
  if (inner) {
    const [one, other] = [before as Indexed, after as Indexed];
    for (const key of inner) look(one[key], other[key], root, [...keys, key], found);
    return;
  }
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  found.push({ path: pathText(root, keys), kind, before, after });
}

type Indexed = Record<string | number, unknown>;

/** The keys in which two lists, or two objects, can differ; null for all else. */
function keysOf(before: unknown, after: unknown): (string | number)[] | null {
  if (Array.isArray(before) && Array.isArray(after))
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
