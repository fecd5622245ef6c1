import { expect, test } from "vitest";
import { converted, kindOfValue, parsedNumber } from "./values";

test("a value keeps what it can when its kind changes", () => {
  expect(converted("12.5", "number")).toBe(12.5);
  expect(converted("a", "number")).toBe(0);
  expect(converted(12, "text")).toBe("12");
  expect(converted({ a: 1 }, "text")).toBe('{"a":1}');
  expect(converted('{"a":1}', "json")).toEqual({ a: 1 });
  expect(converted("true", "boolean")).toBe(true);
  expect(converted(undefined, "text")).toBe("");
  expect(converted("x", "null")).toBeNull();
});

test("each value has a kind", () => {
  const kinds = [undefined, "a", 1, false, null, [], {}].map((value) => kindOfValue(value));
  expect(kinds).toEqual(["text", "text", "number", "boolean", "null", "json", "json"]);
});

test("only whole texts are numbers", () => {
  expect(parsedNumber(" 12 ", true)).toBe(12);
  expect(parsedNumber("1.5", true)).toBeUndefined();
  expect(parsedNumber("1e3", false)).toBe(1000);
  for (const text of ["", "1 2", "0x10", "Infinity", "NaN", "1,5"])
    expect(parsedNumber(text, false)).toBeUndefined();
});
