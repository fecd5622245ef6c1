import type { Schemas } from "@/api/client";
import { merged, type NodeLive, type NodeStatus } from "./nodes";

/**
 * An execution moment by moment: the same changes that were sent live, taken from what is stored of
 * its attempts. Of a long one a stretch at a time is known, with how the nodes stood before it.
 */

export type Span = Schemas["Span"];
export type NodeStates = Readonly<Record<string, NodeLive>>;

/** What became of one node, so many milliseconds after the execution was created. */
export interface Change {
  at: number;
  node: string;
  change: Partial<NodeLive>;
}

/** The changes in their order; an attempt begins before it ends. */
export function changesOf(spans: readonly Span[]): Change[] {
  const changes = spans.filter(({ kind }) => kind === "attempt").flatMap(changesOfAttempt);
  return changes.sort((one, other) => one.at - other.at);
}

function changesOfAttempt({ node, iteration, attempt, details, ...span }: Span): Change[] {
  const path = iteration.join(".");
  const begun: Change = {
    at: span.offset_ms,
    node,
    change: {
      status: "running",
      path,
      attempt,
      items_in: details.items_in as number | null,
      items_out: null,
      ms: null,
      error: null,
      cached: undefined,
    },
  };
  if (span.duration_ms === null) return [begun];
  const ended: Change = {
    // Times are whole microseconds; a sum of them is not, as a number of milliseconds.
    at: Math.round((span.offset_ms + span.duration_ms) * 1_000) / 1_000,
    node,
    change: {
      status: details.node_status as NodeStatus,
      path,
      attempt,
      ms: span.duration_ms,
      items_out: details.items_out as number | null,
      outputs: (details.outputs ?? {}) as Readonly<Record<string, number>>,
      error: (details.error ?? null) as NonNullable<NodeLive["error"]> | null,
      cached: (details.cached ?? undefined) as NodeLive["cached"],
    },
  };
  return [begun, ended];
}

/** So many changes lie between two kept states. */
const STEP = 500;

/** The state of all nodes at any time, without going through everything from the start. */
export class Replay {
  /** The state before each `STEP`th change. */
  private readonly kept: NodeStates[];

  constructor(
    readonly changes: readonly Change[],
    before: NodeStates = {},
  ) {
    this.kept = [before];
    for (let begin = STEP; begin <= changes.length; begin += STEP)
      this.kept.push(after(this.kept.at(-1) ?? {}, changes.slice(begin - STEP, begin)));
  }

  /** How many changes have happened by then. */
  count(at: number): number {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How every node stood then. */
  stateAt(at: number): NodeStates {
    const count = this.count(at);
    const place = Math.floor(count / STEP);
    return after(this.kept[place] ?? {}, this.changes.slice(place * STEP, count));
  }
}

function after(before: NodeStates, changes: readonly Change[]): NodeStates {
  const state: Record<string, NodeLive> = { ...before };
  for (const { node, change } of changes) state[node] = merged(state[node], change);
  return state;
}

/** Every change from one time to another; `previous` is the last one before them. */
export interface Stretch {
  from: number;
  until: number;
  previous: number | null;
  replay: Replay;
}

export function stretchOf(moments: Schemas["ExecutionMoments"]): Stretch {
  // What it began with is older than the execution itself.
  const from = moments.begin_ms ?? Number.NEGATIVE_INFINITY;
  const until = moments.end_ms ?? Number.POSITIVE_INFINITY;
  const before = changesOf(moments.before).filter(({ at }) => at < from);
  const changes = changesOf(moments.spans).filter(({ at }) => from <= at && at <= until);
  return {
    from,
    until,
    previous: moments.previous_ms,
    replay: new Replay(changes, after({}, before)),
  };
}

/** Whether a stretch says how everything stood at a time, and what changed next. */
export function covers({ from, until }: Stretch, at: number): boolean {
  return from <= at && (at < until || until === Number.POSITIVE_INFINITY);
}

const UNDER_WAY = new Set<NodeStatus>(["running", "retrying"]);

/** A state with what had begun by then and has not ended yet, of which only the live events know. */
export function withUnfinished(
  state: NodeStates,
  now: ReadonlyMap<string, NodeLive>,
  createdAt: number,
  at: number,
): NodeStates {
  const all: Record<string, NodeLive> = { ...state };
  for (const [id, live] of now)
    if (UNDER_WAY.has(live.status) && live.at !== undefined && live.at / 1_000 - createdAt <= at)
      all[id] = live;
  return all;
}
