import { useNavigate } from "@tanstack/react-router";
import { textOf } from "@/api/problem";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import type { ExecutionDetails } from "@/editor/run/queries";
import { hasFailed } from "@/pages/executions/failed";
import { toast } from "@/ui/toast";
import { neighbour } from "./neighbour";
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
