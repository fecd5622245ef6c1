import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { ExecutionSummary } from "./types";

/** Fewer executions say nothing about what is usual. */
const LEAST = 5;
/** The server answers for so many workflows at once. */
const MOST = 100;

/** The 95th percentile of the durations of the workflows in a list, in milliseconds. */
export function useUsualDurations(
  executions: readonly ExecutionSummary[],
): ReadonlyMap<string, number> {
  const workflows = [...new Set(executions.map((one) => one.workflow_id))].sort().slice(0, MOST);
  const found = useQuery({
    queryKey: ["usual_durations", workflows],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions/durations", {
          params: { query: { workflow_id: workflows } },
          signal,
        }),
      ),
    enabled: workflows.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  return new Map(
    (found.data ?? []).flatMap(({ workflow_id, executions: count, p95_ms }) =>
      p95_ms === null || count < LEAST ? [] : [[workflow_id, p95_ms] as const],
    ),
  );
}

/** The longest duration of each workflow in a list, in milliseconds. */
export function longestOf(executions: readonly ExecutionSummary[]): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  for (const { workflow_id, duration_ms } of executions)
    longest.set(workflow_id, Math.max(longest.get(workflow_id) ?? 0, duration_ms ?? 0));
  return longest;
}

/** What the whole width of a bar stands for: bars of one workflow can be compared. */
export function scaleOf(longest: number, usual: number | null): number {
  return Math.max(longest, (usual ?? 0) * 1.25) || 1;
}
