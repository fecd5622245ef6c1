import { useNavigate } from "@tanstack/react-router";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import type { ExecutionDetails } from "@/editor/run/queries";
import { hasFailed } from "@/pages/executions/failed";
import { toast } from "@/ui/toast";
import type { View } from "./search";

interface ExecutionKeys {
  execution: ExecutionDetails | undefined;
  view: View;
  /** The node that is looked at. */
  node: string | null;
  onNode: (id: string) => void;
}

/** The keys of lists on the page of one: to the executions beside it, and to what failed in it. */
export function useExecutionKeys({ execution, view, node, onNode }: ExecutionKeys): void {
  const navigate = useNavigate();
  const go = async (towards: "before" | "after") => {
    if (!execution) return;
    try {
      const found = await neighbour(execution, towards);
      if (found)
        await navigate({
          to: "/executions/$executionId",
          params: { executionId: found },
          search: { view },
        });
      else toast("info", `There is no execution of this workflow ${towards} #${execution.number}`);
    } catch (error) {
      toast("error", `The execution ${towards} it can't be found: ${textOf(error)}`);
    }
  };
  useShortcut("list.next", () => void go("before"));
  useShortcut("list.previous", () => void go("after"));
  useShortcut("list.nextError", () => {
    const failed = (execution?.nodes ?? []).filter(({ status }) => hasFailed(status));
    const at = failed.findIndex(({ id }) => id === node);
    const next = failed[(at + 1) % failed.length];
    if (next) onNode(next.id);
    else toast("info", "No node of this execution failed");
  });
}

/** The id of the execution of the same workflow that began next before or after this one. */
async function neighbour(
  { id: own, workflow_id, created_at }: ExecutionDetails,
  towards: "before" | "after",
): Promise<string | undefined> {
  if (!created_at) return undefined;
  // Times are shown to the millisecond: of those that share one, the ids say the order.
  const at = Date.parse(created_at) * 1_000;
  const query =
    towards === "before"
      ? { created_before: at + 1_000, sort: "-created_at" as const }
      : { created_from: at, sort: "created_at" as const };
  const { executions } = await ask(
    api.GET("/api/v1/executions", { params: { query: { workflow_id, limit: 20, ...query } } }),
  );
  return executions.find(({ id }) => (towards === "before" ? id < own : id > own))?.id;
}
