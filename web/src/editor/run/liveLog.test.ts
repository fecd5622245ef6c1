import { expect, test } from "vitest";
import type { LogLine } from "@/live/execution";
import { asStored, fitsLog, linesAfter } from "./liveLog";

const BEGIN = Date.parse("2026-11-30T12:00:00Z");

function line(seq: number, milliseconds: number, more: Partial<LogLine> = {}): LogLine {
  const at = (BEGIN + milliseconds) * 1_000 + 7;
  return { seq, node: "say", path: "", at, level: "info", message: `line ${seq}`, ...more };
}

const LINES = [line(1, 0), line(2, 5), line(3, 5), line(4, 9)];
const seqs = (lines: readonly LogLine[]) => lines.map(({ seq }) => seq);

test("lines that were told live go on where the store ends", () => {
  const stored = (index: number) => asStored(LINES[index] ?? line(0, 0));
  expect(seqs(linesAfter(null, LINES))).toEqual([1, 2, 3, 4]);
  // Two within a millisecond are told apart by what they say.
  expect(seqs(linesAfter(stored(1), LINES))).toEqual([3, 4]);
  expect(seqs(linesAfter(stored(3), LINES))).toEqual([]);
});

test("what the stream began with too late to tell is before or after by its time", () => {
  expect(seqs(linesAfter(asStored(line(9, 7, { message: "other" })), LINES))).toEqual([4]);
  expect(seqs(linesAfter(asStored(line(9, 99)), LINES))).toEqual([]);
  expect(seqs(linesAfter(asStored(line(9, -1)), LINES))).toEqual([1, 2, 3, 4]);
});

test("the same lines fit as on the server", () => {
  const found = line(1, 0, { message: "Retry in 2 s", path: "3.1" });
  expect(fitsLog({ q: "retry" }, found)).toBe(true);
  expect(fitsLog({ q: "SAY" }, found)).toBe(true);
  expect(fitsLog({ q: "nothing" }, found)).toBe(false);
  expect(fitsLog({ q: "", node: "say", path: "3.1" }, found)).toBe(true);
  expect(fitsLog({ q: "", node: "say", path: "3" }, found)).toBe(false);
  expect(fitsLog({ q: "", node: "ask" }, found)).toBe(false);
});

test("a line shows the same before and after it is stored", () => {
  expect(asStored(line(1, 12, { path: "3.1" }))).toMatchObject({
    node_id: "say",
    path: [3, 1],
    at: "2026-11-30T12:00:00.012Z",
    level: "info",
  });
});
