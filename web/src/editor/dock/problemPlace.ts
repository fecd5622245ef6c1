import type { ProblemPlace } from "@/api/problem";
import type { WorkflowDocument } from "@/editor/document";
import { CREDENTIAL } from "@/editor/panel/focusField";

/** Where a problem is solved: at a node and one of its fields, at the workflow, or by a trigger. */
export type Solved =
  | { at: "node"; node: string; tab: "params" | "settings"; field: string }
  | { at: "trigger" }
  | { at: "workflow"; field: string };

export function solvedAt(problem: ProblemPlace, { nodes, edges }: WorkflowDocument): Solved {
  const parameter = problem.parameter ?? "";
  const setting = /^settings\.(.+)$/.exec(parameter)?.[1];
  if (problem.code === "NO_TRIGGER") return { at: "trigger" };
  const node = thereOf(problem.node, nodes, edges);
  if (node === undefined) return { at: "workflow", field: setting ?? parameter };
  if (setting !== undefined) return { at: "node", node, tab: "settings", field: setting };
  const isCredential = problem.code === "UNKNOWN_CREDENTIAL" || parameter === "credential";
  return { at: "node", node, tab: "params", field: isCredential ? CREDENTIAL : parameter };
}

/** The node itself; of one that is not there, the other end of its edge. */
function thereOf(
  id: string | null | undefined,
  nodes: WorkflowDocument["nodes"],
  edges: WorkflowDocument["edges"],
): string | undefined {
  if (!id) return undefined;
  if (Object.hasOwn(nodes, id)) return id;
  const edge = edges.find(({ source, target }) => source === id || target === id);
  const other = edge && (edge.source === id ? edge.target : edge.source);
  return other !== undefined && Object.hasOwn(nodes, other) ? other : undefined;
}
