import { edgeText } from "./convert";
import { equal } from "./equal";
import type { Edge, WorkflowDocument } from "./types";

/** Three-way merge: what I changed and what somebody else changed since we both knew `base`. */

export type Choice = "mine" | "theirs" | "both";

export interface Conflict {
  /** What both changed in different ways: `nodes.fetch`, `name`. */
  readonly unit: string;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Both changes together; undefined where they can't stand side by side. */
  readonly both: unknown;
}

export interface Merged {
  readonly document: WorkflowDocument;
  readonly conflicts: readonly Conflict[];
  /** What somebody else changed, taken over without a question. */
  readonly taken: readonly string[];
}

const RECORDS = ["nodes", "notes", "groups", "pinned", "variables", "settings"] as const;
const VALUES = ["name", "description", "folder", "tags"] as const;

type Choose = (unit: string) => Choice | undefined;

/** Merge; where both changed the same, `choose` decides, and without an answer mine stands. */
export function merged(
  base: WorkflowDocument,
  mine: WorkflowDocument,
  theirs: WorkflowDocument,
  choose: Choose = () => undefined,
): Merged {
  const conflicts: Conflict[] = [];
  const taken: string[] = [];
  const one = (unit: string, b: unknown, m: unknown, t: unknown): unknown => {
    if (equal(b, t) || equal(m, t)) return m;
    if (equal(b, m)) {
      taken.push(unit);
      return t;
    }
    const both = together(b, m, t);
    conflicts.push({ unit, mine: m, theirs: t, both });
    const choice = choose(unit) ?? "mine";
    if (choice === "theirs") return t;
    return choice === "both" && both !== undefined ? both : m;
  };
  const records: Record<string, Record<string, unknown>> = {};
  for (const key of RECORDS)
    records[key] = record(key, { ...base[key] }, { ...mine[key] }, { ...theirs[key] }, one);
  const values: Record<string, unknown> = {};
  for (const key of VALUES) values[key] = one(key, base[key], mine[key], theirs[key]);
  const merged = { ...mine, ...values, ...records } as WorkflowDocument;
  const layout = { ...theirs.layout };
  for (const [id, place] of Object.entries(mine.layout))
    if (!theirs.layout[id] || !equal(base.layout[id], place)) layout[id] = place;
  for (const id of Object.keys(layout)) if (!merged.nodes[id]) delete layout[id];
  const document = {
    ...merged,
    layout,
    edges: edges(base, mine, theirs).filter(
      (edge) => merged.nodes[edge.source] && merged.nodes[edge.target],
    ),
  };
  return { document, conflicts, taken };
}

/** What people are told of changes that were taken over. */
export function noticeOf(taken: readonly string[]): string {
  const what = taken.map((unit) => unit.slice(unit.indexOf(".") + 1)).slice(0, 3);
  const more = taken.length > 3 ? ` and ${taken.length - 3} more` : "";
  return `Somebody else changed ${what.join(", ")}${more}; it was taken over here.`;
}

function record(
  prefix: string,
  base: Readonly<Record<string, unknown>>,
  mine: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
  one: (unit: string, b: unknown, m: unknown, t: unknown) => unknown,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = one(`${prefix}.${key}`, base[key], mine[key], theirs[key]);
    if (value !== undefined) out[key] = value;
  }
  return out;
}

/** Two changes of one value side by side: by key, as deep as objects go; else mine. */
function together(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (!isObject(mine) || !isObject(theirs)) return undefined;
  const known = isObject(base) ? base : {};
  const out: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [b, m, t] = [known[key], mine[key], theirs[key]];
    const value = equal(b, m) ? t : equal(b, t) || equal(m, t) ? m : (together(b, m, t) ?? m);
    if (value !== undefined) out[key] = value;
  }
  return equal(out, mine) ? undefined : out;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function edges(
  base: WorkflowDocument,
  mine: WorkflowDocument,
  theirs: WorkflowDocument,
): readonly Edge[] {
  const known = new Set(base.edges.map(edgeText));
  const ours = new Set(mine.edges.map(edgeText));
  const others = new Set(theirs.edges.map(edgeText));
  const kept = mine.edges.filter((edge) => {
    const text = edgeText(edge);
    return others.has(text) || !known.has(text);
  });
  const added = theirs.edges.filter((edge) => {
    const text = edgeText(edge);
    return !known.has(text) && !ours.has(text);
  });
  return added.length || kept.length !== mine.edges.length ? [...kept, ...added] : mine.edges;
}

/** Whether two documents say the same, layout included. */
export function sameDocument(a: WorkflowDocument, b: WorkflowDocument): boolean {
  return (
    a === b ||
    (equal({ ...a, edges: [] }, { ...b, edges: [] }) &&
      equal(a.edges.map(edgeText).sort(), b.edges.map(edgeText).sort()))
  );
}
