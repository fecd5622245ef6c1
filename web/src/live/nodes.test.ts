import { expect, test, vi } from "vitest";
import { NodeStore } from "./nodes";

const frame = () => new Promise((done) => requestAnimationFrame(done));

test("who paints statuses hears of statuses, not of counts", async () => {
  const store = new NodeStore();
  const [all, turned, one] = [vi.fn(), vi.fn(), vi.fn()];
  store.subscribeAll(all);
  store.subscribeStatuses(turned);
  store.subscribe("a", one);
  store.apply({ a: { status: "running", items_in: 40 } });
  await frame();
  store.apply({ a: { status: "running", items_done: 7 } });
  await frame();
  expect([all, one, turned].map((told) => told.mock.calls.length)).toEqual([2, 2, 1]);
  store.apply({ a: { status: "succeeded" }, b: { status: "running" } });
  await frame();
  store.replace({});
  await frame();
  expect(turned.mock.calls).toEqual([[["a"]], [["a", "b"]], [["a", "b"]]]);
  expect([...store.all()]).toEqual([]);
});

test("what stands beside the canvas hears of its node's statuses, from far too", async () => {
  const store = new NodeStore();
  const [card, row, other] = [vi.fn(), vi.fn(), vi.fn()];
  store.mute(true);
  store.subscribe("a", card);
  store.subscribeStatus("a", row);
  store.subscribeStatus("b", other);
  store.apply({ a: { status: "running" } });
  await frame();
  store.apply({ a: { status: "running", items_done: 7 } });
  await frame();
  expect([card, row, other].map((told) => told.mock.calls.length)).toEqual([0, 1, 0]);
  store.mute(false);
  expect([card, row, other].map((told) => told.mock.calls.length)).toEqual([1, 1, 0]);
});

test("the changes of a moment are told together beside the canvas", async () => {
  const store = new NodeStore();
  const row = vi.fn();
  store.subscribeStatus("a", row);
  for (const status of ["running", "waiting", "succeeded"] as const) {
    store.apply({ a: { status } });
    await frame();
  }
  expect(row).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(row).toHaveBeenCalledTimes(2));
});
