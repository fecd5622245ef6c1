import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import { readDocument, writeDocument } from "./convert";
import type { DraftServer, ServerDraft } from "./draftServer";
import type { DraftKeeper, KeptDraft } from "./kept";
import { addNode, setLabel, setParam } from "./nodes";
import { Saver } from "./save";
import { useWorkflow, workflow } from "./store";
import { sample } from "./testing";
import type { WorkflowDocument } from "./types";
import { setWhole, setWorkflowSetting } from "./whole";

/** A server that holds one workflow: it checks ETags, and can be away or refuse. */
class Server implements DraftServer {
  document: WorkflowDocument = sample();
  revision = 1;
  away = false;
  refusal: { status: number; code: string; detail: string } | null = null;
  saves = 0;

  get draft(): ServerDraft {
    const details = {
      is_file: false,
      document: writeDocument(this.document),
      folder: this.document.folder,
      tags: this.document.tags,
      pinned_data: this.document.pinned,
      problems: [],
    };
    return { details: details as unknown as ServerDraft["details"], etag: `"${this.revision}"` };
  }

  read = async () => {
    if (this.away) throw ApiProblem.unreachable();
    return this.draft;
  };

  write = async (_: string, etag: string, document: WorkflowDocument) => {
    if (this.away) throw ApiProblem.unreachable();
    if (this.refusal) throw ApiProblem.of(this.refusal.status, this.refusal);
    if (etag !== this.draft.etag) throw new ApiProblem(412, "PRECONDITION_FAILED", "changed");
    this.change(() => readDocument(writeDocument(document), document));
    this.saves += 1;
    return this.draft;
  };

  change(operation: (document: WorkflowDocument) => WorkflowDocument) {
    this.document = operation(this.document);
    this.revision += 1;
  }
}

class Drawer implements DraftKeeper {
  drafts = new Map<string, KeptDraft>();
  keep = async (draft: KeptDraft) => void this.drafts.set(draft.key, draft);
  forget = async (keys: readonly string[]) => {
    for (const key of keys) this.drafts.delete(key);
  };
  find = async () => [...this.drafts.values()];
}

let server: Server;
let keeper: Drawer;
let saver: Saver;

const open = () => new Saver("w", server.draft, { keeper, server });
const type = (text: string) => workflow().change("Change", setParam("fetch", ["url"], text));
const pass = (ms = 1_500) => vi.advanceTimersByTimeAsync(ms);
const status = () => workflow().save.status;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
  keeper = new Drawer();
  saver = open();
});

afterEach(() => {
  saver.close();
});

test("a second after the last change it is saved, and its copy here is gone", async () => {
  type("a");
  expect(status()).toBe("unsaved");
  await pass(700);
  expect(keeper.drafts.size).toBe(1);
  type("b");
  await pass(700);
  expect(server.saves).toBe(0);
  await pass(400);
  expect(server.saves).toBe(1);
  expect(server.document.nodes.fetch?.params?.url).toBe("b");
  expect(status()).toBe("saved");
  expect(keeper.drafts.size).toBe(0);
});

test("settings and tags of the workflow are saved like every other change", async () => {
  workflow().change("Set the timeout", setWorkflowSetting("timeout", 90));
  workflow().change("Set tags", setWhole({ tags: ["night"], folder: "sales" }));
  await pass();
  expect(server.saves).toBe(1);
  expect(server.document).toMatchObject({
    settings: { timeout: 90 },
    tags: ["night"],
    folder: "sales",
  });
});

test("opening saves nothing; undoing everything needs no save", async () => {
  await pass();
  type("a");
  workflow().undo();
  await pass();
  expect(server.saves).toBe(0);
  expect(status()).toBe("saved");
});

test("autosave can be off; flush saves", async () => {
  localStorage.setItem("tidegate.autosave", "off");
  type("a");
  await pass(5_000);
  expect(server.saves).toBe(0);
  await saver.flush();
  expect(server.saves).toBe(1);
});

test("while the server is away edits are kept, and sent when it is back", async () => {
  server.away = true;
  type("a");
  await pass();
  expect(status()).toBe("offline");
  workflow().change("Rename", setLabel("fetch", "Fetch"));
  await pass();
  expect(keeper.drafts.size).toBe(1);
  server.away = false;
  await pass(30_000);
  expect(status()).toBe("saved");
  expect(server.document.nodes.fetch).toMatchObject({ label: "Fetch", params: { url: "a" } });
});

test("the last edit is sent when the workflow is left for another one", async () => {
  type("left");
  saver.close();
  workflow().open("another", sample(), true);
  await pass();
  expect(server.document.nodes.fetch?.params?.url).toBe("left");
  expect(status()).toBe("saved");
  expect(keeper.drafts.size).toBe(0);
});

test("who may not change it sends nothing", async () => {
  saver.close();
  saver = new Saver("w", server.draft, { keeper, server, mayWrite: false });
  type("a");
  expect(workflow().document.nodes.fetch?.params?.url).not.toBe("a");
  await pass();
  expect(server.saves).toBe(0);
});

test("a browser that was closed while the server was away restores its edits", async () => {
  server.away = true;
  type("a");
  await pass();
  saver.close();
  await pass(10);
  server.away = false;
  server.change(setLabel("check", "Checked by somebody else"));
  saver = open();
  await saver.restore();
  expect(workflow().document.nodes.fetch?.params?.url).toBe("a");
  expect(workflow().document.nodes.check?.label).toBe("Checked by somebody else");
  await pass();
  expect(server.document.nodes.fetch?.params?.url).toBe("a");
  expect(keeper.drafts.size).toBe(0);
});

test("somebody else's change of another node is merged and said", async () => {
  server.change(addNode("more", { type: "flow.no_op" }, [0, 0]));
  type("a");
  await pass(3_000);
  expect(status()).toBe("saved");
  expect(workflow().notice).toContain("more");
  expect(server.document.nodes.more).toBeDefined();
  expect(server.document.nodes.fetch?.params?.url).toBe("a");
});

test.each([
  ["mine", "a", undefined],
  ["theirs", "http://shop.example/orders", "PUT"],
  ["both", "a", "PUT"],
] as const)("both changed one node and %s is chosen", async (choice, url, method) => {
  server.change(setParam("fetch", ["method"], "PUT"));
  type("a");
  await pass();
  expect(workflow().save).toMatchObject({
    status: "conflict",
    conflicts: [{ unit: "nodes.fetch" }],
  });
  await pass(5_000);
  expect(server.saves).toBe(0);
  workflow().change("Rename", setLabel("small", "Still editing"));
  saver.settle(() => choice);
  await pass();
  expect(status()).toBe("saved");
  expect(server.document.nodes.fetch?.params?.url).toBe(url);
  expect(server.document.nodes.fetch?.params?.method).toBe(method);
  expect(server.document.nodes.small?.label).toBe("Still editing");
});

test("a refusal says why, and is tried again after the next change", async () => {
  server.refusal = { status: 409, code: "CONFLICT", detail: "there is a workflow with this name" };
  type("a");
  await pass();
  expect(workflow().save).toMatchObject({
    status: "refused",
    detail: expect.stringContaining("this name"),
  });
  server.refusal = null;
  type("b");
  await pass();
  expect(status()).toBe("saved");
});

test("who is signed out keeps the edits", async () => {
  server.refusal = { status: 401, code: "UNAUTHORIZED", detail: "sign in" };
  type("a");
  await pass();
  expect(workflow().save).toMatchObject({ status: "refused", signedOut: true });
  expect(keeper.drafts.size).toBe(1);
});

test("a workflow that comes from a file is not changed", async () => {
  saver.close();
  useWorkflow.getState().open("w", sample(), true);
  type("a");
  expect(workflow().document.nodes.fetch?.params?.url).toBe("http://shop.example/orders");
});

test("changes while a save is under way are saved after it", async () => {
  type("a");
  const flushing = saver.flush();
  type("b");
  await flushing;
  await pass(3_000);
  expect(server.saves).toBe(2);
  expect(server.document.nodes.fetch?.params?.url).toBe("b");
});
