import { nodeName } from "@/editor/document";
import { type Status, statusColor } from "@/ui/StatusIcon";
import type { AnyNode } from "./graph";

/** What the canvases that paint the graph share. */

const NAMES = [
  "--surface",
  "--hover",
  "--line",
  "--line-strong",
  "--text",
  "--accent",
  "--note",
  "--status-idle",
  "--status-queued",
  "--status-running",
  "--status-succeeded",
  "--status-failed",
  "--status-waiting",
];

/** The colours of a theme by the names of their CSS variables. */
export function painter(_theme: string): Record<string, string> {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(name).trim()]));
}

export const colorOf = (status: Status) => statusColor(status).slice(4, -1);

export function nameOf(node: Pick<AnyNode, "id" | "type" | "data">): string {
  const { data } = node;
  if ("node" in data) return nodeName(node.id, data.node, data.type?.label);
  return "label" in data ? data.label : "";
}
