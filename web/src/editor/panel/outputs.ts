import { ERROR, type PlacedNode } from "@/editor/document";
import type { JsonValue } from "./form/schema";

/** The outputs of a placed node: those of its type, those that its parameters name, and `error`. */
export function outputsOf(node: PlacedNode, declared: readonly string[]): string[] {
  const named = [...namedIn(node.params?.rules), ...namedIn(node.params?.cases)];
  const all = node.type === "flow.switch" ? [...named, ...declared] : [...declared];
  if (node.settings?.on_error === "error_output") all.push(ERROR);
  return [...new Set(all)];
}

function namedIn(rows: JsonValue | undefined): string[] {
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row) =>
    typeof row === "object" && row !== null && !Array.isArray(row) && typeof row.output === "string"
      ? [row.output]
      : [],
  );
}
