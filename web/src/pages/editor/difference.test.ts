import { expect, test } from "vitest";
import { connect, removeNodes, setLabel, setParam } from "@/editor/document";
import { sample } from "@/editor/document/testing";
import { differenceOf } from "./difference";

test("versions are compared by node and field", () => {
  const before = sample();
  const changed = setParam("fetch", ["query", "page"], 2)(setLabel("fetch", "Fetch")(before));
  const after = removeNodes(["small"])({ ...changed, name: "Other" });
  expect(differenceOf(before, after)).toEqual({
    nodes: [
      {
        id: "fetch",
        kind: "changed",
        fields: [
          { field: "params.query", before: undefined, after: { page: 2 } },
          { field: "label", before: undefined, after: "Fetch" },
        ],
      },
      { id: "small", kind: "removed", fields: [] },
    ],
    edges: [{ text: "check.false -> small", kind: "removed" }],
    workflow: [{ field: "name", before: "Orders", after: "Other" }],
  });
});

test("where nodes stand is no difference; a new edge is", () => {
  const before = sample();
  const moved = { ...before, layout: {} };
  expect(differenceOf(before, moved)).toEqual({ nodes: [], edges: [], workflow: [] });
  const edge = { source: "start", output: "main", target: "big", input: "main" };
  expect(differenceOf(before, connect(edge)(before)).edges).toEqual([
    { text: "start -> big", kind: "added" },
  ]);
});
