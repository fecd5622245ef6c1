import { expect, test } from "vitest";
import { insertion, pieceOf } from "./clipboard";
import { readDocument, writeDocument } from "./convert";
import {
  addGroup,
  addNote,
  align,
  moveBy,
  moveTo,
  removeNotes,
  setGroup,
  setNote,
  ungroup,
} from "./drawing";
import { connect, disconnect, insertOnEdge, reconnect } from "./edges";
import { type History, NO_HISTORY, recorded, redone, undone } from "./history";
import {
  addNode,
  removeAndBridge,
  removeNodes,
  renameNode,
  setCredential,
  setDisabled,
  setLabel,
  setParam,
  setParams,
  setPinned,
  setSettings,
} from "./nodes";
import { sample } from "./testing";
import type { Operation, WorkflowDocument } from "./types";
import { setWhole, setWorkflowSetting } from "./whole";

const to = (source: string, target: string) => ({ source, output: "main", target, input: "main" });

const grouped = addGroup("g", ["fetch", "check"], "Shop")(sample());
const pinned = setPinned("fetch", [{ id: 1 }])(sample());
const piece = pieceOf(sample(), ["fetch", "check", "big"]);
const noted = addNote("n", { text: "hi", x: 0, y: 200, width: 240, height: 160 })(sample());

/** Every operation, and the document that it is tried on. */
const OPERATIONS: Record<string, [WorkflowDocument, Operation]> = {
  add: [sample(), addNode("new", { type: "data.sort" }, [10, 20])],
  remove: [sample(), removeNodes(["fetch", "check"])],
  bridge: [sample(), removeAndBridge("fetch")],
  connect: [sample(), connect(to("big", "small"))],
  disconnect: [sample(), disconnect(["start -> fetch"])],
  reconnect: [sample(), reconnect("start -> fetch", to("start", "check"))],
  insert: [
    addNode("mid", { type: "data.sort" }, [0, 0])(sample()),
    insertOnEdge("fetch -> check", "mid"),
  ],
  param: [sample(), setParam("fetch", ["query", "page"], 2)],
  "all params": [sample(), setParams("fetch", { url: "http://other.example" })],
  settings: [sample(), setSettings("fetch", { timeout: 5 })],
  disable: [sample(), setDisabled(["fetch", "big"], true)],
  label: [sample(), setLabel("fetch", "Fetch orders")],
  credential: [sample(), setCredential("fetch", "shop")],
  pin: [sample(), setPinned("fetch", [{ id: 1 }])],
  unpin: [pinned, setPinned("fetch", undefined)],
  "remove pinned": [pinned, removeNodes(["fetch"])],
  rename: [sample(), renameNode("fetch", "orders")],
  "rename pinned": [pinned, renameNode("fetch", "orders")],
  paste: [sample(), insertion(sample(), piece, [0, 400]).operation],
  move: [sample(), moveTo([["fetch", [8, 16]]])],
  nudge: [sample(), moveBy(["fetch", "check"], 8, 0)],
  align: [sample(), align(["big", "small"], "top")],
  note: [sample(), addNote("n", { x: 0, y: 0, width: 100, height: 100 })],
  "note text": [noted, setNote("n", { text: "changed" })],
  "remove note": [noted, removeNotes(["n"])],
  group: [sample(), addGroup("g", ["fetch", "check"])],
  "rename group": [grouped, setGroup("g", { label: "Other" })],
  collapse: [grouped, setGroup("g", { collapsed: true })],
  ungroup: [grouped, ungroup(["g"])],
  "rename workflow": [sample(), setWhole({ name: "Nightly" })],
  describe: [sample(), setWhole({ description: "Every night" })],
  variables: [sample(), setWhole({ variables: { region: "eu" } })],
  folder: [sample(), setWhole({ folder: "sales/eu" })],
  tags: [sample(), setWhole({ tags: ["night"] })],
  "set timeout": [sample(), setWorkflowSetting("timeout", 90)],
  "set concurrency": [sample(), setWorkflowSetting("concurrency", { limit: 2, key: "a" })],
  "unset error workflow": [
    setWorkflowSetting("error_workflow", "Alarm")(sample()),
    setWorkflowSetting("error_workflow", undefined),
  ],
};

test.each(Object.entries(OPERATIONS))(
  "%s can be undone and redone",
  (label, [before, operation]) => {
    const written = JSON.stringify(writeDocument(before));
    const after = operation(before);
    expect(after).not.toBe(before);
    const history: History = recorded(NO_HISTORY, before, label, null, 0);
    const back = undone(history, after);
    expect(JSON.stringify(writeDocument(back?.document ?? after))).toBe(written);
    expect(back && redone(back.history, back.document)?.document).toBe(after);
  },
);

test.each(Object.entries(OPERATIONS))(
  "%s gives a document that reads back the same",
  (_, [before, operation]) => {
    const after = operation(before);
    expect(readDocument(writeDocument(after), after)).toEqual(after);
  },
);
