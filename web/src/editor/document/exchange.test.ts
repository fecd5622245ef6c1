import { beforeEach, expect, test, vi } from "vitest";
import { insertion, pieceOf, pieceText, readPasted } from "./clipboard";
import { edgeText } from "./convert";
import { addNote, moveTo } from "./drawing";
import { renameReferences } from "./expressions";
import { MAX_ENTRIES } from "./history";
import { merged } from "./merge";
import { addNode, removeNodes, setLabel, setParam } from "./nodes";
import { useWorkflow, workflow } from "./store";
import { sample } from "./testing";
import type { WorkflowDocument } from "./types";
import { setWhole, setWorkflowSetting } from "./whole";

const edges = (document: WorkflowDocument) => document.edges.map(edgeText);

test("copied nodes are pasted under free ids; what refers to them follows", () => {
  const text = pieceText(pieceOf(sample(), ["fetch", "check", "big"]));
  const pasted = readPasted(text);
  if (pasted.kind !== "piece") throw new Error(pasted.kind);
  const { operation, keys } = insertion(sample(), pasted.piece, [1003, 500]);
  const after = operation(sample());
  expect(keys).toEqual(["fetch_2", "check_2", "big_2"]);
  expect(edges(after)).toContain("fetch_2 -> check_2");
  expect(edges(after)).toContain("check_2.true -> big_2");
  expect(edges(after)).toHaveLength(6);
  expect(after.nodes.big_2?.params).toMatchObject({
    fields: { id: "{{ node('fetch_2').item.json.id }}" },
  });
  expect(after.layout.fetch_2?.[0]).toBe(1000);
});

test("a reference out of what was copied stays", () => {
  const { operation } = insertion(sample(), pieceOf(sample(), ["big"]), null);
  expect(operation(sample()).nodes.big_2?.params).toMatchObject({
    fields: { id: "{{ node('fetch').item.json.id }}" },
  });
});

test.each([
  ["curl https://shop.example/orders", "curl", ""],
  ["$ curl -X POST x", "curl", ""],
  ["hello", "foreign", "neither JSON"],
  ["", "foreign", "empty"],
  ["42", "foreign", "plain JSON"],
  ["[1, 2]", "foreign", "JSON list of 2"],
  ['{"a": 1, "b": 2}', "foreign", "with a, b"],
  ['{"nodes": [{"type": "n8n-nodes-base.httpRequest"}]}', "foreign", "n8n"],
  ['[{"id": "1", "wires": []}]', "foreign", "Node-RED"],
  ['{"tidegate_nodes": 1, "nodes": {"a": 5}}', "foreign", "damaged"],
  ['{"tidegate": 1, "name": "x", "nodes": {"a": {"type": "flow.no_op"}}}', "piece", ""],
])("pasting %s: %s", (text, kind, words) => {
  const pasted = readPasted(text);
  expect(pasted.kind).toBe(kind);
  if (pasted.kind === "foreign") expect(pasted.what).toContain(words);
});

test("references are renamed in expressions only", () => {
  const names = new Map([["a", "b"]]);
  expect(renameReferences("node('a') {{ node('a').json + node(\"a\") }}", names)).toBe(
    "node('a') {{ node('b').json + node(\"b\") }}",
  );
  expect(renameReferences("{{ my.node('a') }} {{ '}}' + node('a') }}", names)).toBe(
    "{{ my.node('a') }} {{ '}}' + node('b') }}",
  );
  expect(renameReferences("\\{{ node('a') }}", names)).toBe("\\{{ node('a') }}");
  const value = { list: ["{{ node('c') }}", 1, null] };
  expect(renameReferences(value, names)).toBe(value);
});

const typing = (text: string) =>
  workflow().change("Change url", setParam("fetch", ["url"], text), { merge: "param:fetch:url" });

beforeEach(() => {
  vi.useFakeTimers();
  workflow().open("w", sample(), false);
});

test("typing in one field within 600 ms is one entry", () => {
  for (const text of ["h", "ht", "htt"]) {
    typing(text);
    vi.advanceTimersByTime(500);
  }
  vi.advanceTimersByTime(200);
  typing("http");
  expect(workflow().history.past).toHaveLength(2);
  workflow().undo();
  expect(workflow().document.nodes.fetch?.params?.url).toBe("htt");
  workflow().undo();
  expect(workflow().document.nodes.fetch?.params?.url).toBe("http://shop.example/orders");
  workflow().redo();
  workflow().redo();
  expect(workflow().document.nodes.fetch?.params?.url).toBe("http");
});

test("a hundred entries are kept", () => {
  for (let index = 0; index < MAX_ENTRIES + 5; index += 1)
    workflow().change("Move", moveTo([["fetch", [index, 1]]]));
  expect(workflow().history.past).toHaveLength(MAX_ENTRIES);
});

test("selecting is no entry; a new change forgets what could be redone", () => {
  workflow().select(["fetch"]);
  expect(workflow().history.past).toHaveLength(0);
  typing("a");
  workflow().undo();
  workflow().change("Rename", setLabel("fetch", "x"));
  expect(workflow().history.future).toHaveLength(0);
});

test("nothing changes where nothing may", () => {
  workflow().open("w", sample(), true);
  typing("a");
  expect(useWorkflow.getState().document.nodes.fetch?.params?.url).toBe(
    "http://shop.example/orders",
  );
});

const base = sample();
const mine = setParam(
  "fetch",
  ["method"],
  "POST",
)(addNode("m", { type: "flow.no_op" }, [1, 1])(base));

test("different settings of the workflow are merged without a question, the same one is asked about", () => {
  const base = setWorkflowSetting("timeout", 10)(sample());
  const mine = setWhole({ tags: ["night"] })(setWorkflowSetting("timeout", 20)(base));
  const theirs = setWorkflowSetting("error_workflow", "Alarm")(base);
  const { document, conflicts, taken } = merged(base, mine, theirs);
  expect(conflicts).toEqual([]);
  expect(taken).toEqual(["settings.error_workflow"]);
  expect(document.settings).toEqual({ timeout: 20, error_workflow: "Alarm" });
  expect(document.tags).toEqual(["night"]);
  const others = setWorkflowSetting("timeout", 30)(base);
  expect(merged(base, mine, others).conflicts).toMatchObject([
    { unit: "settings.timeout", mine: 20, theirs: 30 },
  ]);
});

test("changes of different nodes are merged without a question", () => {
  const theirs = removeNodes(["small"])(setLabel("check", "Check")(base));
  const { document, conflicts, taken } = merged(base, mine, theirs);
  expect(conflicts).toEqual([]);
  expect([...taken].sort()).toEqual(["nodes.check", "nodes.small"]);
  expect(document.nodes.fetch?.params?.method).toBe("POST");
  expect(document.nodes.check?.label).toBe("Check");
  expect(document.nodes.m).toBeDefined();
  expect(document.nodes.small).toBeUndefined();
  expect(edges(document)).not.toContain("check.false -> small");
  expect(document.layout.small).toBeUndefined();
});

test("both changed one node: mine, theirs, or both by field", () => {
  const theirs = setParam("fetch", ["url"], "http://other.example")(base);
  const of = (choice: "mine" | "theirs" | "both") =>
    merged(base, mine, theirs, () => choice).document.nodes.fetch?.params;
  expect(merged(base, mine, theirs).conflicts.map(({ unit }) => unit)).toEqual(["nodes.fetch"]);
  expect(of("mine")).toEqual({ url: "http://shop.example/orders", method: "POST" });
  expect(of("theirs")).toEqual({ url: "http://other.example" });
  expect(of("both")).toEqual({ url: "http://other.example", method: "POST" });
});

test("changed here and removed there is asked about, and can't be both", () => {
  const { conflicts, document } = merged(base, mine, removeNodes(["fetch"])(base));
  expect(conflicts).toMatchObject([{ unit: "nodes.fetch", theirs: undefined, both: undefined }]);
  expect(document.nodes.fetch).toBeDefined();
});

test("the same change on both sides is no conflict", () => {
  expect(merged(base, mine, mine).conflicts).toEqual([]);
});

test("somebody else's change stays when mine is undone", () => {
  typing("a");
  const theirs = addNote("n", { x: 0, y: 0, width: 9, height: 9 })(base);
  workflow().rebase((document) => merged(base, document, theirs).document);
  workflow().undo();
  expect(workflow().document.notes.n).toBeDefined();
  expect(workflow().document.nodes.fetch?.params?.url).toBe("http://shop.example/orders");
});
