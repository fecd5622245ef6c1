import { expect, test } from "vitest";
import { change, percent } from "./queries";
import { readAnalyticsSearch } from "./search";

test("a change is told against what was before, where there was something", () => {
  expect([change(112, 100), change(50, 100), change(100, 100)]).toEqual([
    "+12 %",
    "−50 %",
    "as before",
  ]);
  expect([change(3, 0), change(null, 3), change(3, null)]).toEqual([null, null, null]);
});

test("shares are percents", () => {
  expect([percent(1), percent(0.98456), percent(0), percent(null)]).toEqual([
    "100 %",
    "98.5 %",
    "0 %",
    "–",
  ]);
});

test("only ranges that there are are read from the address", () => {
  expect(readAnalyticsSearch({ range: "week", wf: "w" })).toEqual({ range: "week", wf: "w" });
  expect(readAnalyticsSearch({ range: "toString" })).toEqual({});
});
