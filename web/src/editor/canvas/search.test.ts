import { expect, test } from "vitest";
import { sample } from "@/editor/document/testing";
import type { NodeType } from "./ports";
import { searchTypes } from "./search";
import { inOrder, nextNode } from "./walk";

const type = (name: string, label: string, category: string, summary = ""): NodeType => ({
  name,
  label,
  category,
  summary,
  version: 1,
  icon: "box",
  package: null,
  is_trigger: category === "triggers",
  inputs: ["main"],
  outputs: ["main"],
  fixed_ports: true,
  is_loop: false,
});

const TYPES = [
  type("http.request", "HTTP request", "http", "Send a request and give its answer."),
  type("data.set", "Set fields", "data", "Set fields of each item."),
  type("trigger.manual", "Manual", "triggers", "Start by hand."),
  type("data.sort", "Sort", "data", "Sort items by their fields."),
];

const labels = (text: string) => searchTypes(TYPES, text).map(({ label }) => label);

test("types are found by label, name and summary, the label first", () => {
  expect(labels("")).toEqual(["Manual", "HTTP request", "Set fields", "Sort"]);
  expect(labels("fields")).toEqual(["Set fields", "Sort"]);
  expect(labels("REQ")).toEqual(["HTTP request"]);
  expect(labels("answer")).toEqual(["HTTP request"]);
  expect(labels("sort zebra")).toEqual([]);
});

test("arrows walk along edges, and to the nearest where there is none", () => {
  const document = sample();
  expect(nextNode(document, "start", "right")).toBe("fetch");
  expect(nextNode(document, "check", "right")).toBe("big");
  expect(nextNode(document, "big", "down")).toBe("small");
  expect(nextNode(document, "small", "up")).toBe("big");
  expect(nextNode(document, "small", "left")).toBe("check");
  expect(nextNode(document, "start", "left")).toBeNull();
});

test("the outline shows nodes in the order in which they run", () => {
  const { nodes, ...rest } = sample();
  const backwards = { ...rest, nodes: Object.fromEntries(Object.entries(nodes).reverse()) };
  expect(inOrder(backwards)).toEqual(["start", "fetch", "check", "big", "small"]);
});
