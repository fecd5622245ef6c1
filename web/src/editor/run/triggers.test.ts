import { expect, test } from "vitest";
import type { NodeType, NodeTypes } from "@/editor/canvas/ports";
import { readDocument } from "@/editor/document";
import { leadingTo, triggersOf } from "./triggers";

const types: NodeTypes = new Map([
  ["trigger.manual", { is_trigger: true } as NodeType],
  ["flow.no_op", { is_trigger: false } as NodeType],
]);

const trigger = { type: "trigger.manual" };
const step = { type: "flow.no_op" };
const document = readDocument({
  tidegate: 1,
  name: "Several",
  nodes: {
    far: trigger,
    off: { ...trigger, settings: { disabled: true } },
    near: trigger,
    a: step,
    b: step,
    both: step,
    alone: step,
  },
  edges: ["far -> a", "a -> both", "near -> both", "both -> b", "b -> a", "off -> alone"],
});

test("the triggers are those that can start it", () => {
  expect(triggersOf(document, types)).toEqual(["far", "near"]);
});

test("a node is led to by the triggers before it, the nearest first, also through a circle", () => {
  const leading = (node: string) => leadingTo(document, triggersOf(document, types), node);
  expect(leading("both")).toEqual(["near", "far"]);
  expect(leading("a")).toEqual(["far", "near"]);
  expect(leading("near")).toEqual(["near"]);
  expect(leading("alone")).toEqual([]);
});
