import { expect, it } from "vitest";
import { copyName, fileName } from "./useWorkflowActions";

it("names copies", () => {
  expect(copyName("Orders")).toBe("Orders (copy)");
  expect(copyName("Orders (copy)")).toBe("Orders (copy 2)");
  expect(copyName("Orders (copy 9)")).toBe("Orders (copy 10)");
});

it("names files", () => {
  expect(fileName("Nightly sync: ÄRZTE / 2")).toBe("nightly-sync-ärzte-2");
  expect(fileName("../..")).toBe("workflow");
});
