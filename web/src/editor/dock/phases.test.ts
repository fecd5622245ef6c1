import { expect, test } from "vitest";
import { phasesOf } from "./phases";

test("phases are shares of the whole; those that did not happen are left out", () => {
  expect(phasesOf({ dns: 0, connect: 1, ttfb: 3, other: 9, tls: null })).toEqual([
    { name: "connect", ms: 1, share: 25 },
    { name: "ttfb", ms: 3, share: 75 },
  ]);
  expect(phasesOf(null)).toEqual([]);
  expect(phasesOf({})).toEqual([]);
});
