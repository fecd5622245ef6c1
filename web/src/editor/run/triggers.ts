import type { NodeTypes } from "@/editor/canvas/ports";
import { neighbours, nodeName, type WorkflowDocument } from "@/editor/document";

/** Why nothing can be run. */
export const AWAY = "The server does not answer: nothing can be run, editing goes on.";
export const NO_TRIGGER = "Add a trigger first: it is where an execution begins.";

/** The nodes that can start the workflow. */
export function triggersOf(document: WorkflowDocument, types: NodeTypes): string[] {
  return Object.entries(document.nodes)
    .filter(([, node]) => types.get(node.type)?.is_trigger && !node.settings?.disabled)
    .map(([id]) => id);
}

/** Those of the triggers that lead to a node along edges, the nearest first. */
export function leadingTo(
  document: WorkflowDocument,
  triggers: readonly string[],
  node: string,
): string[] {
  // A set keeps its order, and what is added while one goes through it is gone through, too.
  const reached = new Set([node]);
  for (const each of reached) for (const id of neighbours(document, each).before) reached.add(id);
  return [...reached].filter((id) => triggers.includes(id));
}

/** What a trigger is called; without a name of its own its id tells it from others of its type. */
export function triggerName(id: string, document: WorkflowDocument, types: NodeTypes): string {
  const node = document.nodes[id];
  const name = nodeName(id, node, types.get(node?.type ?? "")?.label);
  return node?.label ? name : `${name} ${id}`;
}

const KEY = "tidegate.trigger.";

/** The trigger that somebody chose for a workflow, in this browser. */
export function chosenTrigger(workflowId: string): string | null {
  return localStorage.getItem(KEY + workflowId);
}

/** Keep the choice: the next run of the workflow starts there, too. */
export function keepTrigger(workflowId: string, trigger: string): void {
  localStorage.setItem(KEY + workflowId, trigger);
}
