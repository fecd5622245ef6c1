import { expect, test } from "vitest";
import { dataOf, stacked } from "./options";

const series = [
  { label: "succeeded", color: "--a", values: [1, 2, null] },
  { label: "failed", color: "--b", values: [3, 0, 4] },
];

test("bars stand on each other: each sum holds those below it", () => {
  expect(stacked(series)).toEqual([
    [1, 2, 0],
    [4, 2, 4],
  ]);
});

test("the highest sum is painted first, and the others over it", () => {
  const [times, first, second] = dataOf({ times: [10, 20, 30], series, kind: "bars" });
  expect([times, first, second]).toEqual([
    [10, 20, 30],
    [4, 2, 4],
    [1, 2, 0],
  ]);
});

test("lines keep their gaps", () => {
  expect(dataOf({ times: [10, 20, 30], series, kind: "lines" })[1]).toEqual([1, 2, null]);
});
