import { expect, test } from "vitest";
import { partsBetween, timeOf } from "./parts";

const times = [100, 110, 120, 130];

test("what is brushed are whole parts, in either direction", () => {
  expect(partsBetween(times, 104, 127)).toEqual([0, 2]);
  expect(partsBetween(times, 127, 104)).toEqual([0, 2]);
  expect(partsBetween(times, 112, 113)).toEqual([1, 1]);
});

test("beside the parts, the nearest one is meant", () => {
  expect(partsBetween(times, 90, 500)).toEqual([0, 3]);
});

test("the last part is as long as the others", () => {
  expect(timeOf(times, [1, 2])).toEqual([110, 130]);
  expect(timeOf(times, [3, 3])).toEqual([130, 140]);
});
