import { expect, test } from "vitest";
import type { Span } from "@/editor/run/spans";
import { fits, scaleText, traceRows } from "./traceRows";

const span = (kind: Span["kind"], seq: number, node: string, more: Partial<Span> = {}): Span => ({
  kind,
  seq,
  node,
  iteration: [],
  attempt: 1,
  status: "succeeded",
  at: null,
  offset_ms: seq,
  duration_ms: 10,
  details: {},
  ...more,
});
const shown = (spans: Span[], folded: string[] = []) =>
  traceRows(spans, new Set(folded)).map(({ span, isInside, requests }) =>
    [isInside ? ">" : "", span.kind[0], span.seq, requests || ""].join(""),
  );

test("requests stand below their attempt, whatever ran at the same time", () => {
  const spans = [
    span("attempt", 1, "fetch"),
    span("attempt", 2, "other"),
    span("request", 3, "fetch"),
    span("request", 4, "other"),
    span("request", 5, "fetch"),
    span("attempt", 6, "fetch", { attempt: 2 }),
    span("request", 7, "fetch", { attempt: 2 }),
    span("request", 8, "gone"),
  ];
  expect(shown(spans)).toEqual(["a12", ">r3", ">r5", "a21", ">r4", "a61", ">r7", "r8"]);
  expect(shown(spans, ["fetch  1"])).toEqual(["a12", "a21", ">r4", "a61", ">r7", "r8"]);
});

test("what runs is filtered as the server filters what has ended", () => {
  const open = span("attempt", -1, "slow", { status: "running", duration_ms: 600 });
  expect(fits(open, {})).toBe(true);
  expect(fits(open, { failed: true })).toBe(false);
  expect(fits(open, { kind: "request" })).toBe(false);
  expect(fits(open, { min_ms: 500 })).toBe(true);
  expect(fits(open, { min_ms: 700 })).toBe(false);
});

test("the scale has one unit for the whole", () => {
  expect([0, 2.5, 5].map((ms) => scaleText(ms, 5))).toEqual(["0", "2.5 ms", "5 ms"]);
  expect([500, 2_000].map((ms) => scaleText(ms, 2_000))).toEqual(["0.5 s", "2 s"]);
  expect(scaleText(90_000, 600_000)).toBe("1.5 min");
});
