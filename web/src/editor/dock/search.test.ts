import { expect, test } from "vitest";
import { readTime, readTraceSearch, timeText } from "./search";

test("a part of the time is written and read again", () => {
  const view = { from: 250.123456, to: 1_750_000 };
  expect(timeText(view)).toBe("250.123..1750000");
  expect(readTime(timeText(view))).toEqual({ from: 250.123, to: 1_750_000 });
});

test("what is no part of the time counts as all of it", () => {
  for (const within of [7, "7", "a..b", "-1..5", "5..5", "9..3", "1e3..2e3", "1..2..3", ""])
    expect(readTraceSearch({ within })).toEqual({});
  expect(readTraceSearch({ within: "10.50..20" })).toEqual({ within: "10.5..20" });
});
