import { expect, test } from "vitest";
import type { NodeLive } from "./nodes";
import { changesOf, covers, Replay, type Span, stretchOf, withUnfinished } from "./replay";

function attempt(node: string, offset_ms: number, duration_ms: number | null, more = {}): Span {
  return {
    kind: "attempt",
    seq: 1,
    node,
    iteration: [],
    attempt: 1,
    status: "succeeded",
    at: null,
    offset_ms,
    duration_ms,
    details: { node_status: "succeeded", items_in: 1, items_out: 2, ...more },
  };
}

test("each moment shows what had begun and what had ended by then", () => {
  const replay = new Replay(
    changesOf([
      attempt("start", 0, 5),
      attempt("fetch", 5, 100, { node_status: "failed", error: { message: "429" } }),
      { ...attempt("fetch", 5, 0), kind: "request" },
    ]),
  );
  const statuses = (at: number) =>
    Object.fromEntries(
      Object.entries(replay.stateAt(at)).map(([node, { status }]) => [node, status]),
    );
  expect(statuses(-1)).toEqual({});
  expect(statuses(2)).toEqual({ start: "running" });
  expect(statuses(5)).toEqual({ start: "succeeded", fetch: "running" });
  expect(statuses(1_000)).toEqual({ start: "succeeded", fetch: "failed" });
  expect(replay.stateAt(1_000).fetch).toMatchObject({ ms: 100, error: { message: "429" } });
});

test("items that went along the edges are counted as they were at that moment", () => {
  const replay = new Replay(
    changesOf([
      attempt("split", 0, 10, { outputs: { true: 3, false: 4 } }),
      { ...attempt("split", 20, 10, { outputs: { true: 1 } }), iteration: [1] },
    ]),
  );
  const outputs = (at: number) => replay.stateAt(at).split?.outputs;
  expect(outputs(5)).toBeUndefined();
  expect(outputs(15)).toEqual({ true: 3, false: 4 });
  expect(outputs(30)).toEqual({ true: 1 });
});

test("results that it began with are there from the begin, and are not its own", () => {
  const reused = attempt("fetch", -120, 5, { cached: "execution" });
  const replay = new Replay(changesOf([reused, { ...attempt("fetch", 30, 10), iteration: [1] }]));
  expect(replay.stateAt(0).fetch).toMatchObject({ status: "succeeded", cached: "execution" });
  expect(replay.stateAt(35).fetch?.cached).toBeUndefined();
  expect(replay.stateAt(50).fetch).toMatchObject({ status: "succeeded", cached: undefined });
});

test("a later attempt takes back what the one before left", () => {
  const replay = new Replay(
    changesOf([
      attempt("fetch", 0, 10, { node_status: "retrying", error: { message: "429" } }),
      { ...attempt("fetch", 50, 10), attempt: 2 },
    ]),
  );
  expect(replay.stateAt(20).fetch).toMatchObject({ status: "retrying", error: { message: "429" } });
  expect(replay.stateAt(55).fetch).toMatchObject({ status: "running", attempt: 2, error: null });
});

test("kept states give the same as going through everything", () => {
  const spans = Array.from({ length: 3_000 }, (_, index) =>
    attempt(`n${index % 40}`, index, 0.5, { items_out: index }),
  );
  const replay = new Replay(changesOf(spans));
  const found = replay.stateAt(2_519.9);
  for (let node = 0; node < 40; node++)
    expect(found[`n${node}`]).toMatchObject({ status: "succeeded", items_out: 2_480 + node });
  expect(replay.count(2_519.9)).toBe(2 * 2_520);
});

test("a stretch goes on from how the nodes stood before it", () => {
  const long = { ...attempt("long", 0, 5_000), seq: 7 };
  const stretch = stretchOf({
    before: [long, attempt("step", 100, 50)],
    spans: [attempt("step", 200, 50), attempt("step", 300, 50.0001), long],
    begin_ms: 200,
    end_ms: 300,
    previous_ms: 150,
    last_ms: 9_000,
  });
  expect(stretch.replay.changes.map(({ at }) => at)).toEqual([200, 250, 300]);
  expect(stretch.replay.stateAt(220)).toMatchObject({
    long: { status: "running" },
    step: { status: "running" },
  });
  expect(stretch.replay.stateAt(260)).toMatchObject({ step: { status: "succeeded", ms: 50 } });
  // At its last change one asks for what follows.
  expect([199, 200, 299, 300].map((at) => covers(stretch, at))).toEqual([false, true, true, false]);
});

test("the first stretch holds what was there before the execution was created", () => {
  const stretch = stretchOf({
    before: [],
    spans: [attempt("start", -120, 5, { cached: "execution" }), attempt("step", 3, 4)],
    begin_ms: null,
    end_ms: null,
    previous_ms: null,
    last_ms: 7,
  });
  expect(covers(stretch, 0)).toBe(true);
  expect(stretch.replay.stateAt(0)).toMatchObject({
    start: { status: "succeeded", cached: "execution" },
  });
});

test("what has not ended yet is shown from when it began", () => {
  const created = 1_000_000;
  const live: NodeLive = { status: "running", at: (created + 400) * 1_000 };
  const now = new Map([["slow", live]]);
  expect(withUnfinished({}, now, created, 399)).toEqual({});
  expect(withUnfinished({}, now, created, 400)).toEqual({ slow: live });
});
