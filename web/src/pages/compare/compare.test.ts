import { expect, test } from "vitest";
import { type NodeComparison, ordered } from "./order";
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
  expect(readCompareSearch({ a: "1x", b: ["2"], node: "" })).toEqual({ a: "1x" });
});
