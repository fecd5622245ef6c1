import { expect, test } from "vitest";
import { readExecutionsSearch } from "./search";

test("what the address says is read, and what it can't mean is left out", () => {
  expect(readExecutionsSearch({ status: "failed", q: 812, since: "day", min_ms: 500 })).toEqual({
    status: ["failed"],
    q: "812",
    since: "day",
    min_ms: 500,
  });
  expect(
    readExecutionsSearch({ status: ["nonsense"], since: "toString", min_ms: "x", workflow: "" }),
  ).toEqual({});
});

test("a time with a begin and an end takes the place of one that ends now", () => {
  const times = { from: 1_000, to: 2_000 };
  expect(readExecutionsSearch({ ...times, since: "day" })).toEqual(times);
  expect(readExecutionsSearch({ from: 2_000, to: 1_000, since: "day" })).toEqual({ since: "day" });
  expect(readExecutionsSearch({ from: 2_000 })).toEqual({});
});
