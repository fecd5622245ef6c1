import { edgeText, equal, type PlacedNode, type WorkflowDocument } from "@/editor/document";

/** How two documents differ, as people see them: by node, then by field. */

export type Kind = "added" | "removed" | "changed";

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

export interface NodeChange {
  id: string;
  kind: Kind;
  fields: FieldChange[];
}

export interface Difference {
  nodes: NodeChange[];
  edges: { text: string; kind: Kind }[];
  workflow: FieldChange[];
}

export function differenceOf(before: WorkflowDocument, after: WorkflowDocument): Difference {
  const nodes: NodeChange[] = [];
  for (const id of new Set([...Object.keys(before.nodes), ...Object.keys(after.nodes)])) {
    const [then, now] = [before.nodes[id], after.nodes[id]];
    if (!then) nodes.push({ id, kind: "added", fields: [] });
    else if (!now) nodes.push({ id, kind: "removed", fields: [] });
    else if (!equal(then, now)) nodes.push({ id, kind: "changed", fields: fieldsOf(then, now) });
  }
  const [then, now] = [before.edges.map(edgeText), after.edges.map(edgeText)];
  const edges = [
    ...then
      .filter((text) => !now.includes(text))
      .map((text) => ({ text, kind: "removed" as const })),
    ...now.filter((text) => !then.includes(text)).map((text) => ({ text, kind: "added" as const })),
  ];
  const workflow: FieldChange[] = [];
  for (const field of ["name", "description", "variables", "settings"] as const)
    if (!equal(before[field], after[field]))
      workflow.push({ field, before: before[field], after: after[field] });
  return { nodes, edges, workflow };
}

function fieldsOf(before: PlacedNode, after: PlacedNode): FieldChange[] {
  const changes: FieldChange[] = [];
  const compare = (prefix: string, a: unknown, b: unknown) => {
    if (equal(a, b)) return;
    if (isObject(a) && isObject(b))
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(prefix ? `${prefix}.${key}` : key, a[key], b[key]);
    else changes.push({ field: prefix, before: a, after: b });
  };
  compare("", before, after);
  return changes;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
