import { useNavigate } from "@tanstack/react-router";
import type { ExecutionSummary } from "./types";

/** Opens the page that compares two executions. */
export function useCompare(): (two: readonly ExecutionSummary[]) => void {
  const navigate = useNavigate();
  return (two) => {
    // The older one first: what changed since then is what one wants to know.
    const [a, b] = [...two].sort((one, other) => timeOf(one) - timeOf(other));
    if (a && b) void navigate({ to: "/executions/compare", search: { a: a.id, b: b.id } });
  };
}

function timeOf({ created_at: at }: ExecutionSummary): number {
  return at ? Date.parse(at) : 0;
}
