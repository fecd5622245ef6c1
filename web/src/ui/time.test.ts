import { expect, test } from "vitest";
import { bytes, duration, moment } from "./time";

test("durations are in the unit that fits", () => {
  const shown = [0.4, 12, 1_250, 12_340, 184_000, 7_500_000].map(duration);
  expect(shown).toEqual(["0.4 ms", "12 ms", "1.25 s", "12.3 s", "3 min 4 s", "2 h 5 min"]);
  expect(duration(null)).toBe("–");
});

test("sizes are in the unit that fits", () => {
  expect([512, 1_500, 3_200_000, 15_000_000_000].map(bytes)).toEqual([
    "512 B",
    "1.5 kB",
    "3.2 MB",
    "15 GB",
  ]);
});

test("a time of today has no date", () => {
  const now = new Date(2026, 10, 29, 18, 0);
  const today = moment(new Date(2026, 10, 29, 9, 5).toISOString(), now);
  const before = moment(new Date(2026, 9, 1, 9, 5).toISOString(), now);
  expect(before.length).toBeGreaterThan(today.length);
  expect(moment(null)).toBe("–");
});
