import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ExecutionDetails, executionQuery } from "@/editor/run/queries";
import { versionQuery, workflowQuery } from "@/pages/workflow/queries";

const LINK = "text-accent underline";

/** Which execution it is: its number, of which workflow and version. */
export function ExecutionTitle({ execution }: { execution: ExecutionDetails }) {
  const { number, workflow_id: workflowId, version_hash: hash } = execution;
  const workflow = useQuery(workflowQuery(workflowId));
  const version = useQuery(versionQuery(workflowId, hash));
  const published = version.data?.version?.number;
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <h1 className="text-lg">Execution #{number}</h1>
      {workflow.data ? (
        <span>
          {"of "}
          <Link to="/w/$workflowId" params={{ workflowId }} className={LINK}>
            {workflow.data.data.name}
          </Link>
        </span>
      ) : null}
      {version.data ? (
        <Link
          to="/w/$workflowId/versions"
          params={{ workflowId }}
          search={{ diff: `${published ?? hash}..draft` }}
          title="What has changed in the workflow since then"
          className={`num ${LINK}`}
        >
          {published ? `v${published}` : "a draft"}
        </Link>
      ) : null}
    </div>
  );
}

/** The execution that another one repeats; nothing once that is deleted. */
export function RetryOf({ source }: { source: string }) {
  const found = useQuery(executionQuery(source));
  if (!found.data) return null;
  return (
    <>
      {" · retry of "}
      <Link to="/executions/$executionId" params={{ executionId: source }} className={LINK}>
        #{found.data.number}
      </Link>
    </>
  );
}
