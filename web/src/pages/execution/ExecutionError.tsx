import { Link } from "@tanstack/react-router";
import type { ExecutionDetails } from "@/editor/run/queries";
import { ErrorBox, type StoredError } from "@/ui/ErrorBox";

const LINK = "text-sm text-accent underline";

/** Why an execution failed: at which node and item, and where more is said about that. */
export function ExecutionError({ execution }: { execution: ExecutionDetails }) {
  const error = execution.error as StoredError | null;
  if (typeof error?.message !== "string") return null;
  const { node } = error;
  const type = execution.nodes.find(({ id }) => id === node)?.type;
  return (
    <ErrorBox title={node === undefined ? "Failed" : `Failed at ${node}`} error={error}>
      {node === undefined ? null : (
        <Link
          to="/executions/$executionId"
          params={{ executionId: execution.id }}
          search={{ view: "data", node }}
          className={LINK}
        >
          What it was given and gave
        </Link>
      )}
      {type === undefined ? null : (
        <Link to="/nodes" search={{ type }} className={LINK}>
          Docs of {type}
        </Link>
      )}
    </ErrorBox>
  );
}
