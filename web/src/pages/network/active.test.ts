import { expect, test } from "vitest";
import type { Addition, Delta } from "@/live/frames";
import { afterFrame } from "./active";
import { readNetworkSearch } from "./search";

const frame = (change: Partial<Delta>): Delta => ({ id: 1, t: "d", from: 1, seq: 2, ...change });
const begun = (id: string) => ({ [id]: { id, method: "GET", url: "https://a.example" } });
const ended = (id: string): Addition => [
  2,
  "http",
  {
    id,
    execution_id: "e",
    node: "n",
    item: null,
    at: 1,
    method: "GET",
    url: "https://a.example",
    status: 200,
    ms: 1,
    timings: null,
    bytes_in: 1,
    bytes_out: 1,
    error: null,
  },
];

test("a request is there from its begin to its end", () => {
  const one = afterFrame(new Map(), frame({ st: begun("a") }));
  const two = afterFrame(one, frame({ st: begun("b"), ap: [ended("a")] }));
  expect([...one.keys()]).toEqual(["a"]);
  expect([...two.keys()]).toEqual(["b"]);
});

test("one that began and ended within a frame is not there", () => {
  const after = afterFrame(new Map(), frame({ st: begun("a"), ap: [ended("a")] }));
  expect(after.size).toBe(0);
});

test("what the address says is read, and what it can't mean is left out", () => {
  expect(readNetworkSearch({ state: "failed", method: "GET", host: "a", req: "e.4" })).toEqual({
    state: "failed",
    method: "GET",
    host: "a",
    req: "e.4",
  });
  expect(readNetworkSearch({ state: "gone", method: "brew", q: "" })).toEqual({});
});
