import { expect, test } from "vitest";
import { chunksOf, missingOf } from "./names";

test("the server is asked once for each name that is not known", () => {
  const known = new Map([["b", "B"]]);
  expect(missingOf(["c", "b", "a", "c", ""], known)).toEqual(["a", "c"]);
  expect(missingOf([], known)).toEqual([]);
});

test("many names are asked for in parts that the server takes", () => {
  const ids = Array.from({ length: 250 }, (_, n) => `id ${n}`);
  expect(chunksOf(ids).map((chunk) => chunk.length)).toEqual([100, 100, 50]);
  expect(chunksOf(ids).flat()).toEqual(ids);
  expect(chunksOf([])).toEqual([]);
});
