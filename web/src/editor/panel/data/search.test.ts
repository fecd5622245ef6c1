import { expect, test } from "vitest";
import { OTHER_NODE, readDataSearch, sideOf } from "./search";

test("both sides of a node go through the address", () => {
  const whole = {
    output: "true",
    iteration: "3.0",
    show: "json",
    q: "Ada",
    sort: "-n",
    columns: ["name", "n"],
    item: 2,
    in_output: "split.true -> big",
    in_q: "York",
  };
  expect(readDataSearch(whole)).toEqual(whole);
  expect(sideOf(whole, "input")).toMatchObject({ q: "York", output: "split.true -> big" });
  expect(sideOf(whole, "input").show).toBeUndefined();
});

test("the router's numbers are texts again, and what makes no sense is left out", () => {
  expect(readDataSearch({ q: 2026, iteration: 3, in_q: true })).toEqual({
    q: "2026",
    iteration: "3",
    in_q: "true",
  });
  const nonsense = { show: "pie", q: "", sort: ["a"], columns: "a", item: -1, iteration: "x" };
  expect(readDataSearch(nonsense)).toEqual({});
  expect(readDataSearch({ item: 1.5, columns: [], q: "x".repeat(300) })).toEqual({});
});

test("at another node only the way of showing stays", () => {
  const search = readDataSearch({ show: "json", q: "Ada", in_show: "table", in_item: 3 });
  const other = { ...search, ...OTHER_NODE };
  expect(readDataSearch(other)).toEqual({ show: "json", in_show: "table" });
});
