import { expect, test } from "vitest";
import { edgeText } from "./convert";
import {
  addGroup,
  addNote,
  align,
  moveBy,
  moveTo,
  picked,
  setGroup,
  setNote,
  ungroup,
} from "./drawing";
import { connect, connectProblem, disconnect, insertOnEdge, neighbours, reconnect } from "./edges";
import { idOf, idProblem, newNodeId } from "./ids";
import {
  addNode,
  referringNodes,
  removeAndBridge,
  removeNodes,
  renameNode,
  setLabel,
  setParam,
  setPinned,
  setSettings,
} from "./nodes";
import { sample } from "./testing";
import { tidied } from "./tidy";
import type { WorkflowDocument } from "./types";

const edges = (document: WorkflowDocument) => document.edges.map(edgeText);
const to = (source: string, target: string, output = "main", input = "main") => ({
  source,
  output,
  target,
  input,
});

const grouped = addGroup("g", ["fetch", "check"], "Shop")(sample());
const noted = addNote("n", { text: "hi", x: 0, y: 200, width: 240, height: 160 })(sample());

test("an operation without effect gives the same document", () => {
  const document = sample();
  for (const operation of [
    removeNodes(["nobody"]),
    connect(to("start", "fetch")),
    connect(to("start", "start")),
    disconnect(["a -> b"]),
    setParam("fetch", ["url"], "http://shop.example/orders"),
    setSettings("fetch", { disabled: false }),
    setLabel("fetch", " "),
    renameNode("fetch", "check"),
    renameNode("fetch", "no spaces"),
    moveTo([["fetch", [240, 0]]]),
    align(["fetch"], "top"),
    ungroup(["nobody"]),
    setNote("nobody", { text: "x" }),
    setGroup("nobody", { collapsed: true }),
  ])
    expect(operation(document)).toBe(document);
});

test("a group that is called the same is the same group", () => {
  expect(setGroup("g", { label: "Shop", collapsed: false })(grouped)).toBe(grouped);
});

test("removing nodes removes their edges, places, pinned data and empty groups", () => {
  const document = setPinned("fetch", [{}])(grouped);
  const after = removeNodes(["fetch", "check"])(document);
  expect(Object.keys(after.nodes)).toEqual(["start", "big", "small"]);
  expect(after.edges).toEqual([]);
  expect(Object.keys(after.layout)).toEqual(["start", "big", "small"]);
  expect(after.groups).toEqual({});
  expect(after.pinned).toEqual({});
});

test("removing a node can close the gap", () => {
  expect(edges(removeAndBridge("check")(sample()))).toEqual([
    "start -> fetch",
    "fetch -> big",
    "fetch -> small",
  ]);
});

test("a node is inserted on an edge with its ports", () => {
  const document = addNode("mid", { type: "data.sort" }, [0, 0])(sample());
  expect(edges(insertOnEdge("check.true -> big", "mid")(document))).toEqual([
    "start -> fetch",
    "fetch -> check",
    "check.false -> small",
    "check.true -> mid",
    "mid -> big",
  ]);
});

test("an edge that is moved keeps its position", () => {
  expect(edges(reconnect("fetch -> check", to("fetch", "small"))(sample()))[1]).toBe(
    "fetch -> small",
  );
});

test("why two nodes can't be connected is said", () => {
  expect(connectProblem(sample(), to("start", "start"))).toMatch(/itself/);
  expect(connectProblem(sample(), to("start", "fetch"))).toMatch(/already/);
  expect(connectProblem(sample(), to("start", "big"))).toBeNull();
});

test("renaming takes edges, expressions, groups, places and pinned data along", () => {
  const after = renameNode("fetch", "orders")(setPinned("fetch", [{ a: 1 }])(grouped));
  expect(Object.keys(after.nodes)[1]).toBe("orders");
  expect(edges(after).slice(0, 2)).toEqual(["start -> orders", "orders -> check"]);
  expect(after.nodes.big?.params).toEqual({
    fields: { id: "{{ node('orders').item.json.id }}", list: ['{{ node("orders") }}'] },
  });
  expect(after.groups.g?.nodes).toEqual(["orders", "check"]);
  expect(after.layout.orders).toEqual([240, 0]);
  expect(after.pinned).toEqual({ orders: [{ a: 1 }] });
  expect(referringNodes(after, "orders")).toEqual(["big"]);
});

test("parameters are set deep inside of objects and lists, and removed again", () => {
  const deep = setParam(
    "small",
    ["rules", 1, "output"],
    "large",
  )(setParam("small", ["rules", 0, "output"], "medium")(sample()));
  expect(deep.nodes.small?.params).toEqual({ rules: [{ output: "medium" }, { output: "large" }] });
  const less = setParam("small", ["rules", 0], undefined)(deep);
  expect(less.nodes.small?.params).toEqual({ rules: [{ output: "large" }] });
  expect(setParam("small", ["rules"], undefined)(less).nodes.small).toEqual({ type: "flow.no_op" });
});

test("settings at their default are left out", () => {
  const on = setSettings("fetch", { disabled: true, notes: "x" })(sample());
  expect(on.nodes.fetch?.settings).toEqual({ disabled: true, notes: "x" });
  expect(
    setSettings("fetch", { disabled: false, notes: "" })(on).nodes.fetch?.settings,
  ).toBeUndefined();
});

test("nodes are spread evenly", () => {
  const both = { a: [0, 0], b: [100, 40] } as const;
  const two = { ...sample(), nodes: { a: { type: "x" }, b: { type: "x" } }, layout: both };
  expect(align(["a", "b"], "center")(two).layout).toEqual({ a: [50, 0], b: [50, 40] });
  expect(align(["a", "b"], "middle")(two).layout).toEqual({ a: [0, 20], b: [100, 20] });
  const after = align(["start", "check", "big"], "columns")(moveTo([["check", [10, 0]]])(sample()));
  expect([after.layout.start?.[0], after.layout.check?.[0], after.layout.big?.[0]]).toEqual([
    0, 360, 720,
  ]);
});

test("moving a group moves its nodes", () => {
  expect(moveBy(["group/g"], 8, 8)(grouped).layout).toMatchObject({
    fetch: [248, 8],
    check: [488, 8],
  });
});

test("a selection knows nodes, notes, groups and edges, and forgets what is gone", () => {
  expect(
    picked(noted, ["fetch", "note/n", "note/gone", "group/g", "start -> fetch", "gone"]),
  ).toEqual({
    nodes: ["fetch"],
    notes: ["n"],
    groups: [],
    edges: ["start -> fetch"],
  });
});

test("ids are made from words and types, and checked", () => {
  expect(idOf("Fetch Órders (EU)!")).toBe("fetch_orders_eu");
  expect(idOf("123 日本")).toBe("node");
  expect(newNodeId(sample(), "http.request")).toBe("request");
  expect(newNodeId(addNode("request", { type: "x" }, [0, 0])(sample()), "http.request")).toBe(
    "request_2",
  );
  expect(idProblem(sample(), "1a")).toMatch(/letter/);
  expect(idProblem(sample(), "fetch")).toMatch(/already/);
  expect(idProblem(sample(), "fetch", "fetch")).toBeNull();
});

test("neighbours follow edges", () => {
  expect(neighbours(sample(), "check")).toEqual({ before: ["fetch"], after: ["big", "small"] });
});

test("tidying puts nodes from left to right; a part stays where it was", async () => {
  const messy = moveTo(
    Object.keys(sample().nodes).map((id, index): [string, [number, number]] => [
      id,
      [index * -50, index * 7],
    ]),
  )(sample());
  const x = (document: WorkflowDocument, id: string) => document.layout[id]?.[0] ?? Number.NaN;
  const tidy = (await tidied(messy))(messy);
  expect(x(tidy, "start")).toBeLessThan(x(tidy, "fetch"));
  expect(x(tidy, "check")).toBeLessThan(x(tidy, "big"));
  expect(x(tidy, "big")).toBe(x(tidy, "small"));
  const part = (await tidied(messy, ["check", "big"]))(messy);
  expect(part.layout.start).toEqual(messy.layout.start);
  expect(Math.min(x(part, "check"), x(part, "big"))).toBe(Math.round(-150 / 8) * 8);
});
