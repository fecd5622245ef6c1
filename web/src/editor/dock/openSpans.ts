import type { Span } from "@/editor/run/spans";
import type { NodeLive } from "@/live/nodes";

/** Node executions that are known live, and not yet listed by the server as attempts that ended. */

export interface LiveNode {
  readonly node: string;
  readonly live: NodeLive;
}

const RUNNING = new Set(["running", "retrying"]);
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

/** The spans of the server, and those that only the live events know; times in milliseconds. */
export function withOpenSpans(
  spans: readonly Span[],
  nodes: readonly LiveNode[],
  createdAt: number,
  now: number,
): Span[] {
  const listed = attemptsByPlace(spans);
  const open = nodes.flatMap((each) => openSpan(listed, each, createdAt, now) ?? []);
  return [...spans, ...open].sort((a, b) => a.offset_ms - b.offset_ms);
}

/** Whether it goes on, so that its end is not known. */
export function isOpen(span: Span): boolean {
  return RUNNING.has(span.status);
}

type Attempts = ReadonlyMap<string, readonly Span[]>;

/** A node in an iteration, as one text. */
const placeOf = (node: string, path: string) => `${node} ${path}`;

/** The listed attempts of each node in each iteration; looking through all for each node is slow. */
function attemptsByPlace(spans: readonly Span[]): Attempts {
  const found = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.kind !== "attempt") continue;
    const place = placeOf(span.node, span.iteration.join("."));
    const before = found.get(place);
    if (before) before.push(span);
    else found.set(place, [span]);
  }
  return found;
}

function openSpan(
  attempts: Attempts,
  { node, live }: LiveNode,
  createdAt: number,
  now: number,
): Span | null {
  if (live.at === undefined) return null;
  const path = live.path ?? "";
  const listed = attempts.get(placeOf(node, path)) ?? [];
  const isRunning = RUNNING.has(live.status);
  if (!isRunning && (listed.length > 0 || !ENDED.has(live.status))) return null;
  // The attempt that runs begins where the one before it ended.
  const offset = Math.max(live.at / 1_000 - createdAt, ...listed.map(endOf), 0);
  return {
    kind: "attempt",
    seq: -1,
    node,
    iteration: path === "" ? [] : path.split(".").map(Number),
    attempt: listed.length + 1,
    status: live.status,
    at: null,
    offset_ms: offset,
    duration_ms: isRunning ? Math.max(0, now - createdAt - offset) : (live.ms ?? 0),
    details: {},
  };
}

/** Where a span ends, since the execution was created. */
export function endOf(span: Span): number {
  return span.offset_ms + (span.duration_ms ?? 0);
}
