/** The frames of the live stream (docs/reference/live-events.md). */

export type Data = Record<string, unknown>;

export interface Snapshot {
  id: number;
  t: "snap";
  epoch: string;
  seq: number;
  state: Record<string, Data>;
}

export interface Delta {
  id: number;
  t: "d";
  from: number;
  seq: number;
  /** States by key; what is given replaces what was known, field by field. */
  st?: Record<string, Data>;
  /** Additions: `[seq, key, data]`. */
  ap?: [number, string, Data][];
  /** Signals: never left out; they change the state of their key too. */
  sg?: [number, string, Data][];
  /** Additions that a slow follower missed: the first and the last number. */
  gap?: [number, number];
}

export interface Refusal {
  id: number;
  t: "err";
  code: string;
  message: string;
}

export type Frame = Snapshot | Delta | Refusal | { t: "ping" };

/** Whoever follows a topic. */
export interface Follower {
  /** Everything is as `state` says; what was known before is void. */
  snapshot: (state: Record<string, Data>) => void;
  delta: (frame: Delta) => void;
  /** The topic is not there, or not for this person. */
  refused?: (refusal: Refusal) => void;
}
