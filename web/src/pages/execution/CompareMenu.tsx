import { useNavigate } from "@tanstack/react-router";
import { textOf } from "@/api/problem";
import type { ExecutionDetails } from "@/editor/run/queries";
import { Button } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { toast } from "@/ui/toast";
import { neighbour } from "./neighbour";

/** Compares an execution with another one of its workflow. */
export function CompareMenu({ execution }: { execution: ExecutionDetails }) {
  const navigate = useNavigate();
  const { id, number, workflow_id: workflow, based_on_id: source } = execution;
  const compare = (other: string) =>
    navigate({ to: "/executions/compare", search: { a: other, b: id } });
  const compareBefore = async (status?: "succeeded") => {
    try {
      const found = await neighbour(execution, "before", status && [status]);
      if (found) return await compare(found);
      const word = status ? ` that ${status}` : "";
      toast("info", `There is no execution of this workflow before #${number}${word}`);
    } catch (error) {
      toast("error", `The one before can't be found: ${textOf(error)}`);
    }
  };
  return (
    <Menu label="Compare" trigger={<Button>Compare</Button>}>
      {source ? (
        <MenuItem onAction={() => void compare(source)}>With the one that it repeats</MenuItem>
      ) : null}
      <MenuItem onAction={() => void compareBefore()}>With the one before</MenuItem>
      <MenuItem onAction={() => void compareBefore("succeeded")}>
        With the last before it that succeeded
      </MenuItem>
      <MenuItem
        onAction={() =>
          void navigate({
            to: "/w/$workflowId/executions",
            params: { workflowId: workflow },
          })
        }
      >
        Choose two in the list
      </MenuItem>
    </Menu>
  );
}
