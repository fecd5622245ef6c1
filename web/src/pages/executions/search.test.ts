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
