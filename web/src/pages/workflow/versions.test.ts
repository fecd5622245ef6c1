import { expect, test } from "vitest";
import { pairOf, readVersionsSearch } from "./versions";

test("an address names two versions, or none", () => {
  expect(pairOf("3..draft")).toEqual({ before: "3", after: "draft" });
  expect(["3", "3..", "..3", "1..2..3", "a/b..c", 3].map(pairOf)).toEqual(Array(6).fill(null));
  expect(readVersionsSearch({ diff: "1..2" })).toEqual({ diff: "1..2" });
  expect(readVersionsSearch({ diff: "../.." })).toEqual({});
});
