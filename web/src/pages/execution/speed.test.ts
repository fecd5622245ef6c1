import { expect, test } from "vitest";
import { paceOf } from "./speed";

test("a second of an execution lasts as long as the speed says", () => {
  expect(paceOf(1, 60_000)).toBe(1);
  expect(paceOf(0.1, 60_000)).toBe(0.1);
});

test("without a speed the whole takes five seconds, however long it is", () => {
  expect(paceOf(undefined, 60_000) * 5_000).toBeCloseTo(60_000);
  expect(paceOf(undefined, 12) * 5_000).toBeCloseTo(12);
});
