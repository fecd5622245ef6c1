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

test("what stands beside the canvas hears of statuses from far too, many when none came", async () => {
  const store = new NodeStore();
  const told = vi.fn();
  store.mute(true);
  store.subscribeBeside(told);
  store.apply({ a: { status: "running" } });
  await frame();
  expect(told).toHaveBeenCalledTimes(1);
  for (let row = 0; row < 200; row += 1) store.subscribeBeside(() => undefined);
  for (const status of ["waiting", "succeeded"] as const) {
    store.apply({ a: { status } });
    await frame();
  }
  expect(told).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
});
