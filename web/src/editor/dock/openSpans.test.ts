import { expect, test } from "vitest";
import type { Span } from "@/editor/run/spans";
import type { NodeLive } from "@/live/nodes";
import { isOpen, withOpenSpans } from "./openSpans";

const CREATED = 1_000_000;
const span = (node: string, offset: number, duration: number, more: Partial<Span> = {}): Span => ({
  kind: "attempt",
  seq: 1,
  node,
  iteration: [],
  attempt: 1,
  status: "succeeded",
  at: null,
  offset_ms: offset,
  duration_ms: duration,
  details: {},
  ...more,
});
const bars = (spans: Span[], live: Record<string, NodeLive>) =>
  withOpenSpans(
    spans,
    Object.entries(live).map(([node, each]) => ({ node, live: each })),
    CREATED,
    CREATED + 500,
  ).map((each) => [each.node, each.attempt, each.offset_ms, each.duration_ms, isOpen(each)]);
const at = (offset: number) => (CREATED + offset) * 1_000;

test("a node that runs has a bar from its begin until now", () => {
  const live: Record<string, NodeLive> = {
    start: { status: "succeeded", at: at(0), ms: 5 },
    fetch: { status: "running", at: at(120) },
  };
  expect(bars([span("start", 0, 5)], live)).toEqual([
    ["start", 1, 0, 5, false],
    ["fetch", 1, 120, 380, true],
  ]);
});

test("the next attempt begins where the last one ended", () => {
  const live: Record<string, NodeLive> = { fetch: { status: "retrying", at: at(100), attempt: 1 } };
  expect(bars([span("fetch", 100, 50, { status: "failed" })], live)).toEqual([
    ["fetch", 1, 100, 50, false],
    ["fetch", 2, 150, 350, true],
  ]);
});

test("what has ended keeps its bar until the server lists it, and has one bar then", () => {
  const live: Record<string, NodeLive> = { fetch: { status: "failed", at: at(100), ms: 40 } };
  expect(bars([], live)).toEqual([["fetch", 1, 100, 40, false]]);
  expect(bars([span("fetch", 100, 40)], live)).toEqual([["fetch", 1, 100, 40, false]]);
});

test("an iteration of a loop is not another one; a clock that is behind gives no negative time", () => {
  const live: Record<string, NodeLive> = {
    each: { status: "running", path: "1", at: at(700) },
    later: { status: "pending", at: at(0) },
    unknown: { status: "running" },
  };
  expect(bars([span("each", 0, 9, { iteration: [0] })], live)).toEqual([
    ["each", 1, 0, 9, false],
    ["each", 1, 700, 0, true],
  ]);
});
