import type { Schemas } from "@/api/client";

/** The frames of the live stream (docs/reference/live-events.md), as the server declares them. */

export type Data = Record<string, unknown>;
export type Frame = Schemas["Frame"];
export type Snapshot = Schemas["Snapshot"];
export type Refusal = Schemas["Refusal"];

type Additions = Schemas["Additions"];
/** `[seq, key, data]`: the key says what the data is. */
export type Addition = { [K in keyof Additions]: [number, K, Additions[K]] }[keyof Additions];
export type Delta = Omit<Schemas["Delta"], "ap"> & { ap?: Addition[] };

/** What the additions of a frame carry under one key, with their numbers. */
export function additionsOf<K extends keyof Additions>(
  frame: Delta,
  wanted: K,
): (Additions[K] & { seq: number })[] {
  const found: (Additions[K] & { seq: number })[] = [];
  for (const [seq, key, data] of frame.ap ?? [])
    if (key === wanted) found.push({ seq, ...(data as Additions[K]) });
  return found;
}

/** Whoever follows a topic. */
export interface Follower {
  /** Everything is as `state` says; what was known before is void. */
  snapshot: (state: Snapshot["state"]) => void;
  delta: (frame: Delta) => void;
  /** The topic is not there, or not for this person. */
  refused?: (refusal: Refusal) => void;
}
