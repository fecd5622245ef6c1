import { api, ask } from "@/api/client";
import type { ExecutionDetails } from "@/editor/run/queries";
import type { ExecutionStatus } from "@/pages/executions/types";

/**
 * The id of the execution of the same workflow that began next before or after this one; with
 * `status` only such ones count.
 */
export async function neighbour(
  { id: own, workflow_id, created_at }: ExecutionDetails,
  towards: "before" | "after",
  status: ExecutionStatus[] = [],
): Promise<string | undefined> {
  if (!created_at) return undefined;
  // Times are shown to the millisecond: of those that share one, the ids say the order.
  const at = Date.parse(created_at) * 1_000;
  const query =
    towards === "before"
      ? { created_before: at + 1_000, sort: "-created_at" as const }
      : { created_from: at, sort: "created_at" as const };
  const { executions } = await ask(
    api.GET("/api/v1/executions", {
      params: { query: { workflow_id, status, limit: 20, ...query } },
    }),
  );
  return executions.find(({ id }) => (towards === "before" ? id < own : id > own))?.id;
}
