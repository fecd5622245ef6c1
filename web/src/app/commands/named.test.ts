import { expect, it } from "vitest";
import { named, statusesIn } from "./named";

it("knows numbers and ids from words", () => {
  expect(named(" #812 ")).toBe("#812");
  expect(named("812")).toBe("812");
  expect(named("0193ABCD-12")).toBe("0193abcd-12");
  expect(named("0193abcd-1234-7000-8000-000000000001")).toBe(
    "0193abcd-1234-7000-8000-000000000001",
  );
  for (const words of ["", "#", "abc", "812 nightly", "#12ab", "1".repeat(40)])
    expect(named(words)).toBeNull();
});

it("takes statuses out of what is searched for", () => {
  expect(statusesIn("Failed nightly sync")).toEqual({ status: ["failed"], q: "nightly sync" });
  expect(statusesIn("queued running")).toEqual({ status: ["queued", "running"], q: "" });
  expect(statusesIn("fail")).toEqual({ status: [], q: "fail" });
});
