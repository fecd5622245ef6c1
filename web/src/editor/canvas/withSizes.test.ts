import { expect, it } from "vitest";
import type { AnyNode, CardNode } from "./graph";
import { withSizes } from "./withSizes";

const PORTS = { inputs: ["main"], outputs: ["main"] };

function card(id: string, more: Partial<CardNode> = {}, ports = PORTS): CardNode {
  return {
    id,
    type: "card",
    position: { x: 0, y: 0 },
    width: 208,
    height: 60,
    data: {
      node: { type: "flow.no_op" },
      type: undefined,
      ports,
      problem: undefined,
      isPinned: false,
    },
    ...more,
  };
}

const measured = (node: AnyNode): AnyNode => ({ ...node, measured: { width: 208, height: 60 } });

it("leaves what was measured and did not change as it is", () => {
  const made = [card("a"), card("b")];
  const before = made.map(measured);
  const found = withSizes(made, before);
  expect(found[0]).toBe(before[0]);
  expect(found[1]).toBe(before[1]);
});

it("keeps the size of a node that was moved or selected", () => {
  const before = [measured(card("a"))];
  const [found] = withSizes([card("a", { position: { x: 8, y: 8 }, selected: true })], before);
  expect(found?.position).toEqual({ x: 8, y: 8 });
  expect(found?.selected).toBe(true);
  expect(found?.measured).toEqual({ width: 208, height: 60 });
});

it("has nodes measured that are new, of another size, or with other ports", () => {
  const before = [measured(card("a")), measured(card("b"))];
  const other = card("b", {}, { inputs: ["main"], outputs: ["yes", "no"] });
  const found = withSizes([card("a", { height: 82 }), other, card("c")], before);
  expect(found.map((node) => node.measured)).toEqual([undefined, undefined, undefined]);
});
