import { expect, test } from "vitest";
import type { ExecutionSummary } from "./types";
import { longestOf, scaleOf } from "./usual";

const one = (workflow_id: string, duration_ms: number | null) =>
  ({ workflow_id, duration_ms }) as ExecutionSummary;

test("durations are compared with those of the same workflow", () => {
  const longest = longestOf([one("a", 10), one("a", 30), one("b", 4_000), one("c", null)]);
  expect([...longest]).toEqual([
    ["a", 30],
    ["b", 4_000],
    ["c", 0],
  ]);
});

test("a bar has room for what is usual and for what is longer", () => {
  expect(scaleOf(30, 100)).toBe(125);
  expect(scaleOf(300, 100)).toBe(300);
  expect(scaleOf(0, null)).toBe(1);
});
