import type { Schemas } from "@/api/client";

export type Comparison = Schemas["Comparison"];
export type NodeComparison = Schemas["NodeComparison"];

/** What a node did in one execution. */
export interface Side {
  status: string;
  attempts: number;
  duration_ms: number | null;
  items_in: number | null;
  items_out: number | null;
  error: { code?: string | null } | null;
  output_hash: string | null;
}

/** What can differ, that which matters most first. */
const WEIGHT = ["presence", "status", "error", "duration", "items_in", "items_out", "output_hash"];

const WORDS: Record<string, string> = {
  presence: "only in one",
  status: "status",
  error: "error",
  duration: "duration",
  items_in: "items in",
  items_out: "items out",
  output_hash: "output",
};

export interface Ordered {
  node: string;
  iteration: number[];
  first: Side | null;
  second: Side | null;
  /** In words, that which matters most first; empty where both did the same. */
  differs: string[];
}

/** Nodes by their first difference; those that differ in the same come as they ran. */
export function ordered(nodes: readonly NodeComparison[]): Ordered[] {
  return nodes
    .map((one) => {
      const [first, second] = [one.first, one.second] as unknown as [Side | null, Side | null];
      const differs = [...one.differs_in];
      if (isSlower(first, second)) differs.push("duration");
      const rank = WEIGHT.filter((name) => differs.includes(name));
      return { ...one, first, second, rank };
    })
    .sort((one, other) => weightOf(one.rank) - weightOf(other.rank))
    .map(({ rank, node, iteration, first, second }) => ({
      node,
      iteration,
      first,
      second,
      differs: rank.map((name) => WORDS[name] ?? name),
    }));
}

function weightOf([first]: readonly string[]): number {
  return first === undefined ? WEIGHT.length : WEIGHT.indexOf(first);
}

/** So much longer, and so many milliseconds more, is a difference. */
const FACTOR = 2;
const LEAST_MS = 50;

/** Whether a node took much longer in one of the two; small differences are chance. */
export function isSlower(first: Side | null, second: Side | null): boolean {
  const [one, other] = [first?.duration_ms, second?.duration_ms];
  if (one === null || one === undefined || other === null || other === undefined) return false;
  const [least, most] = [Math.min(one, other), Math.max(one, other)];
  return most - least >= LEAST_MS && most >= FACTOR * least;
}
