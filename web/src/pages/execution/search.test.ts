import { expect, test } from "vitest";
import { readExecutionSearch } from "./search";

test("the address is read as far as it makes sense", () => {
  const whole = { view: "canvas", node: "fetch", t: 12.5, span: "a12", tab: "input", item: 3 };
  expect(readExecutionSearch(whole)).toEqual(whole);
  expect(readExecutionSearch({ view: "timeline" })).toEqual({ view: "trace" });
  expect(
    readExecutionSearch({ view: "x", node: "", t: -1, span: "12", tab: "x", item: 1.5 }),
  ).toEqual({});
});
