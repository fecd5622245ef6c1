import { expect, it } from "vitest";
import { found } from "./search";
import type { Command } from "./store";

const command = (label: string, group = "Pages", detail = ""): Command => ({
  id: label,
  label,
  group,
  detail,
  run: () => {},
});

const ALL = [
  command("Go to the executions"),
  command("Nightly sync", "Workflows", "orders shop"),
  command("Sync orders", "Workflows"),
  command("New workflow", "Actions"),
];

const labels = (query: string) => found(ALL, query).map((each) => each.label);

it("shows everything in its order while nothing is typed", () => {
  expect(labels(" ")).toEqual(ALL.map((each) => each.label));
});

it("puts beginnings before other places, and labels before what is said about them", () => {
  expect(labels("sync")).toEqual(["Sync orders", "Nightly sync"]);
  expect(labels("orders")).toEqual(["Sync orders", "Nightly sync"]);
});

it("wants every word", () => {
  expect(labels("nightly shop")).toEqual(["Nightly sync"]);
  expect(labels("nightly nothing")).toEqual([]);
});

it("stays quick with many commands", () => {
  const many = Array.from({ length: 5000 }, (_, n) => command(`Workflow ${n}`));
  expect(found(many, "workflow 4999", 10)[0]?.label).toBe("Workflow 4999");
});
