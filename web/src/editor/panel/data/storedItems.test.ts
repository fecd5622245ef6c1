import { expect, test } from "vitest";
import { storedItems } from "./storedItems";

test("any name of a file's field is one value of the address", () => {
  const place = { execution: "e", node: "n", output: "main", iteration: "2" };
  const text = storedItems(place).fileAddress?.(3, "a&b=c/ä") ?? "";
  const address = new URL(text, "http://x");
  expect(address.searchParams.get("field")).toBe("a&b=c/ä");
  expect(address.searchParams.get("path")).toBe("2");
});
