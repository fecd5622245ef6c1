import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ExecutionList } from "@/pages/executions/ExecutionList";
import { WorkflowHeader } from "./WorkflowHeader";

/** The executions of one workflow. */
export function WorkflowExecutionsPage() {
  const { workflowId } = useParams({ from: "/shell/w/$workflowId/executions" });
  const search = useSearch({ from: "/shell/w/$workflowId/executions" });
  const navigate = useNavigate({ from: "/w/$workflowId/executions" });
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <WorkflowHeader workflowId={workflowId} title="Executions" />
      <ExecutionList
        search={search}
        onChange={(next) => void navigate({ search: next, replace: true })}
        workflow={workflowId}
      />
    </main>
  );
}
