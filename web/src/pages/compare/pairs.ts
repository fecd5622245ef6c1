import { equal } from "@/editor/document/equal";
import type { JsonObject, Json as JsonValue } from "@/editor/document/types";
import { pathText } from "@/editor/panel/expression/paths";
import { MOST_PLACES, type Place, placesOf } from "./structure";

/** Which items of two outputs belong together, and how those differ. */

export type ItemKind = Place["kind"];

export interface ItemPlace extends Place {
  /** What became of the whole item: one that is changed may have a new field. */
  item: ItemKind;
}

export interface Pairing {
  /** The differences of all pairs; an item that only one side has is one place. */
  places: ItemPlace[];
  /** So many items only the second has, only the first has, both have but not the same. */
  added: number;
  removed: number;
  changed: number;
  same: number;
}

type Items = readonly JsonObject[];

/** The items in pairs: by the value of a field, or (null) by their place in the output. */
export function pairing(before: Items, after: Items, key: KeyField | null): Pairing {
  const found: Pairing = { places: [], added: 0, removed: 0, changed: 0, same: 0 };
  const [first, second] = [named(before, key), named(after, key)];
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const [one, other] = [first.get(name), second.get(name)];
    const kind =
      one === undefined
        ? "added"
        : other === undefined
          ? "removed"
          : equal(one, other)
            ? "same"
            : "changed";
    found[kind] += 1;
    if (kind === "same" || found.places.length >= MOST_PLACES) continue;
    const places: Place[] =
      kind === "changed"
        ? placesOf(one, other, name)
        : [{ path: name, kind, before: one, after: other }];
    for (const place of places) found.places.push({ ...place, item: kind });
  }
  found.places.length = Math.min(found.places.length, MOST_PLACES);
  return found;
}

/** Items by what they are called: `items[3]` or `items[id=17]`; a second 17 is `items[id=17 #2]`. */
function named(items: Items, key: KeyField | null): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const counts = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const name = key ? nameOf(item, key) : String(index);
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    found.set(`items[${name}${number > 1 ? ` #${number}` : ""}]`, item);
  }
  return found;
}

function nameOf(item: JsonObject, { name, keys }: KeyField): string {
  const value = valueAt(item, keys);
  return value === undefined ? `without ${name}` : `${name}=${JSON.stringify(value)}`;
}

/** A field by which items can be told apart. */
export interface KeyField {
  name: string;
  keys: readonly string[];
  /** No two items of one side have the same value in it. */
  isUnique: boolean;
}

const MOST_DEEP = 3;

/** The fields that hold a text or a number in every item; those that are unique come first. */
export function keyFields(before: Items, after: Items): KeyField[] {
  const [sample] = before.length ? before : after;
  if (!sample) return [];
  const fields = scalarsOf(sample, []).flatMap((keys): KeyField[] => {
    const sides = [before, after].map((items) => items.map((item) => valueAt(item, keys)));
    if (!sides.flat().every(isScalar)) return [];
    const isUnique = sides.every((values) => new Set(values).size === values.length);
    return [{ name: pathText("", keys).replace(/^\./, ""), keys, isUnique }];
  });
  return fields.sort((one, other) => Number(other.isUnique) - Number(one.isUnique));
}

function scalarsOf(value: JsonObject, keys: readonly string[]): string[][] {
  return Object.entries(value).flatMap(([key, part]) => {
    const path = [...keys, key];
    if (isScalar(part)) return [path];
    return isObject(part) && path.length < MOST_DEEP ? scalarsOf(part, path) : [];
  });
}

function valueAt(item: JsonObject, keys: readonly string[]): JsonValue | undefined {
  return keys.reduce<JsonValue | undefined>(
    (value, key) => (isObject(value) ? value[key] : undefined),
    item,
  );
}

function isScalar(value: JsonValue | undefined): boolean {
  return typeof value === "string" || typeof value === "number";
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
