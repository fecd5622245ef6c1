/**
 * Every view is a link: what is looked at, and how, stands in the address. A page reads it with
 * these, so that what makes no sense there counts as if it were not there. It names each of its
 * parameters, also as undefined: the router leaves as they stand those that a page does not name.
 */

/** The server refuses longer texts to search for and to sort by. */
const LONGEST = 200;

/** A text. The router reads `q=12` and `q=true` as JSON. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value && value.length <= LONGEST ? value : undefined;
}

export function oneOf<const T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((each) => each === value);
}

/** Those of a list that are named, in the order of the list; also a single one without a list. */
export function someOf<const T extends string>(all: readonly T[], value: unknown): T[] | undefined {
  const named: unknown[] = Array.isArray(value) ? value : [value];
  const found = all.filter((each) => named.includes(each));
  return found.length > 0 ? found : undefined;
}

/** The place of something in a list: a whole number. */
export function placeIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
