import { expect, test } from "vitest";
import { dateOf, endOf, endOfDay } from "./ends";

const NOW = Date.parse("2026-11-30T12:00:00Z");

test("an end is over, soon or later", () => {
  expect(endOf({ expires_at: null }, NOW)).toBeNull();
  expect(endOf({ expires_at: "2026-11-30T11:00:00Z" }, NOW)).toBe("over");
  expect(endOf({ expires_at: "2026-12-10T11:00:00Z" }, NOW)).toBe("soon");
  expect(endOf({ expires_at: "2027-12-10T11:00:00Z" }, NOW)).toBe("later");
});

test("a day that was given is its end, and comes back as that day", () => {
  const end = endOfDay("2027-01-31") ?? 0;
  expect(dateOf(new Date(end / 1_000).toISOString())).toBe("2027-01-31");
  expect(endOfDay("")).toBeNull();
  expect(dateOf(null)).toBe("");
});
