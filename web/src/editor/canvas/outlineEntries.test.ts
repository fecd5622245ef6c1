import { expect, it } from "vitest";
import { EMPTY } from "@/editor/document";
import { endsOf, outlineEntries } from "./outlineEntries";

const document = {
  ...EMPTY,
  nodes: { b: { type: "flow.if" }, a: { type: "trigger.manual" }, c: { type: "data.set" } },
  edges: [
    { source: "a", output: "main", target: "b", input: "main" },
    { source: "b", output: "true", target: "c", input: "main" },
  ],
  groups: { g: { label: "Middle", nodes: ["b", "c"] } },
  notes: { n: { text: "\n## **Why** this\nmore", x: 0, y: 0, width: 1, height: 1 } },
};
const shown = (text: string, opened: string | null = null) =>
  outlineEntries(document, { name: (id) => id.toUpperCase(), text, opened }).map(
    ({ key, name }) => `${key}: ${name}`,
  );

it("has nodes as they run, then groups and notes", () => {
  expect(shown("")).toEqual(["a: A", "b: B", "c: C", "group/g: Middle (2)", "note/n: Why this"]);
});

it("shows the edges of the node that is opened, with ports that have a meaning", () => {
  expect(shown("", "b").slice(1, 3)).toEqual(["b: B", "b.true -> c: C (true)"]);
});

it("finds everything by its words", () => {
  expect(shown("middle")).toEqual(["group/g: Middle (2)"]);
  expect(shown("more")).toEqual(["note/n: Why this"]);
  expect(shown("data.set")).toEqual(["c: C"]);
});

it("every node knows those before and after it, each once", () => {
  const edge = (source: string, target: string, output = "main") => ({
    source,
    output,
    target,
    input: "main",
  });
  const ends = endsOf([edge("a", "b"), edge("a", "b", "other"), edge("a", "c")]);
  expect([...(ends.get("a")?.after ?? [])]).toEqual(["b", "c"]);
  expect([...(ends.get("b")?.before ?? [])]).toEqual(["a"]);
  expect(ends.get("d")).toBeUndefined();
});
