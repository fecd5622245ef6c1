import { expect, test } from "vitest";
import { type NodeComparison, ordered } from "./order";
import { keyFields, pairing } from "./pairs";
import { readCompareSearch } from "./search";
import { MOST_PLACES, placesOf } from "./structure";

const side = (more: object) => ({ status: "succeeded", duration_ms: 10, ...more });
const node = (name: string, differs_in: string[], second = {}): NodeComparison => ({
  node: name,
  iteration: [],
  first: side({}),
  second: side(second),
  differs_in,
});

test("what differs most comes first, what did the same comes last", () => {
  const found = ordered([
    node("same", []),
    node("output", ["output_hash"]),
    node("slow", [], { duration_ms: 900 }),
    node("failed", ["output_hash", "status", "error"]),
    node("little slower", [], { duration_ms: 30 }),
  ]);
  expect(found.map((one) => [one.node, one.differs])).toEqual([
    ["failed", ["status", "error", "output"]],
    ["slow", ["duration"]],
    ["output", ["output"]],
    ["same", []],
    ["little slower", []],
  ]);
});

test("two values differ at their innermost places", () => {
  expect(
    placesOf(
      { name: "Ada", tags: ["a", "b"], old: 1, same: { x: [1] } },
      { name: "Eve", tags: ["a"], new: null, same: { x: [1] } },
      "json",
    ),
  ).toEqual([
    { path: "json.name", kind: "changed", before: "Ada", after: "Eve" },
    { path: "json.tags[1]", kind: "removed", before: "b", after: undefined },
    { path: "json.old", kind: "removed", before: 1, after: undefined },
    { path: "json.new", kind: "added", before: undefined, after: null },
  ]);
  expect(placesOf([1], { 0: 1 }, "json")).toHaveLength(1);
});

test("a list of places ends somewhere", () => {
  const many = Array.from({ length: 2 * MOST_PLACES }, (_, index) => index);
  expect(placesOf([], many, "json")).toHaveLength(MOST_PLACES);
});

test("only texts are read from the address", () => {
  expect(readCompareSearch({ a: "1x", b: ["2"], node: "", key: "id" })).toEqual({
    a: "1x",
    key: "id",
  });
});

const BEFORE = [
  { id: 1, name: "Ada", at: { city: "Bonn" } },
  { id: 2, name: "Bob", at: { city: "Bonn" } },
  { id: 3, name: "Eve", at: { city: "Ulm" } },
];
const AFTER = [
  { id: 2, name: "Bob", at: { city: "Bonn" } },
  { id: 3, name: "Eva", at: { city: "Ulm" } },
  { id: 4, name: "Zoe", at: { city: "Ulm" } },
];

test("items are paired by their place, or by a field that somebody chose", () => {
  expect(pairing(BEFORE, AFTER, null)).toMatchObject({ changed: 3, added: 0, removed: 0, same: 0 });
  const [id] = keyFields(BEFORE, AFTER);
  const { places, ...counts } = pairing(BEFORE, AFTER, id ?? null);
  expect(counts).toEqual({ changed: 1, added: 1, removed: 1, same: 1 });
  expect(places).toMatchObject([
    { path: "items[id=1]", kind: "removed", item: "removed", before: { name: "Ada" } },
    { path: "items[id=3].name", kind: "changed", item: "changed", before: "Eve", after: "Eva" },
    { path: "items[id=4]", kind: "added", item: "added", after: { name: "Zoe" } },
  ]);
});

test("fields that tell items apart are offered first; what is not in every item is not", () => {
  const found = keyFields([...BEFORE, { id: 9, name: "Bob", at: { city: "Ulm" }, more: 1 }], AFTER);
  expect(found.map(({ name, isUnique }) => [name, isUnique])).toEqual([
    ["id", true],
    ["name", false],
    ["at.city", false],
  ]);
  expect(keyFields([], [])).toEqual([]);
});

test("items with the same key are paired in their order; one without it is paired, too", () => {
  const city = { name: "at.city", keys: ["at", "city"], isUnique: false };
  const { places, ...counts } = pairing(BEFORE, AFTER, city);
  expect(counts).toEqual({ changed: 2, added: 1, removed: 1, same: 0 });
  expect(places.map(({ path }) => path)).toContain('items[at.city="Bonn" #2]');
  expect(pairing([{ a: 1 }], [{ a: 2 }], city).places).toMatchObject([
    { path: "items[without at.city].a", before: 1, after: 2 },
  ]);
});
