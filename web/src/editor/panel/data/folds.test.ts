import { expect, test } from "vitest";
import { openDepth, rowsOf } from "./folds";

test("a small value is open two levels deep, a large one only at its surface", () => {
  const small = { a: 1, b: { c: 2, d: [1, 2, 3] } };
  expect(rowsOf(small, 2)).toBe(7);
  expect(openDepth(small)).toBe(2);
  expect(openDepth({ rows: Array.from({ length: 1_000 }, (_, n) => n) })).toBe(1);
  expect(openDepth("text")).toBe(2);
});
