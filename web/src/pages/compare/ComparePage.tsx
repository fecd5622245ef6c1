import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight, GitCompare } from "lucide-react";
import { api, ask } from "@/api/client";
import { useCrumbs } from "@/app/crumbs";
import { useChangeAddress } from "@/app/useChangeAddress";
import { type ExecutionDetails, executionQuery } from "@/editor/run/queries";
import { useWorkflowNames } from "@/pages/executions/names";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { duration, moment } from "@/ui/time";
import { NodeChoice } from "./NodeChoice";
import { NodeDifference } from "./NodeDifference";
import { ordered } from "./order";

/** Two executions side by side: which nodes differ, and in what. */
export function ComparePage() {
  const { a, b, node } = useSearch({ from: "/shell/executions/compare" });
  useCrumbs({ label: "Executions", to: "/executions" }, { label: "Compare" });
  if (!a || !b)
    return (
      <main className="flex-1 p-6">
        <h1 className="text-lg">Compare two executions</h1>
        <EmptyState
          icon={<GitCompare size={24} aria-hidden />}
          title="Choose two executions"
          action={
            <Link to="/executions" className="text-accent underline">
              Go to the executions
            </Link>
          }
        >
          Mark two of them in the list, and press Compare.
        </EmptyState>
      </main>
    );
  return <Compared key={`${a} ${b}`} a={a} b={b} node={node} />;
}

function Compared({ a, b, node }: { a: string; b: string; node: string | undefined }) {
  const change = useChangeAddress();
  const executions = useQueries({ queries: [executionQuery(a), executionQuery(b)] });
  const found = useQuery({
    queryKey: ["comparison", a, b],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions/{execution_id}/comparison", {
          params: { path: { execution_id: a }, query: { other: b } },
          signal,
        }),
      ),
    retry: false,
  });
  const error = found.error ?? executions.find((one) => one.error)?.error;
  const [first, second] = executions.map((one) => one.data);
  const names = useWorkflowNames([first?.workflow_id ?? "", second?.workflow_id ?? ""]);
  const nodes = ordered(found.data?.nodes ?? []);
  const chosen = nodes.find((one) => keyOf(one) === node) ?? nodes[0];
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-6 pt-4 pb-3">
        <h1 className="text-lg">Compare two executions</h1>
        <span className="flex-1" />
        <Button onPress={() => change({ a: b, b: a })}>
          <ArrowLeftRight size={14} aria-hidden /> Swap
        </Button>
      </header>
      {error ? (
        <div className="px-6">
          <ErrorNotice title="The executions can't be compared" error={error} />
        </div>
      ) : !found.data || !first || !second ? (
        <Skeleton lines={8} className="px-6" />
      ) : (
        <>
          <div className="grid grid-cols-2 gap-3 px-6 pb-3">
            <About letter="A" execution={first} name={names.get(first.workflow_id)} />
            <About letter="B" execution={second} name={names.get(second.workflow_id)} />
          </div>
          {chosen ? (
            <div className="flex min-h-0 flex-1 border-t border-line">
              <NodeChoice
                nodes={nodes}
                chosen={chosen}
                onChoose={(one) => change({ node: keyOf(one), output: undefined })}
              />
              <NodeDifference
                key={keyOf(chosen)}
                node={chosen}
                executions={[first, second]}
                documents={found.data.documents}
              />
            </div>
          ) : (
            <EmptyState title="No node has run in either of them">
              Both ended before their first node.
            </EmptyState>
          )}
        </>
      )}
    </main>
  );
}

/** A node execution as the address says it: `fetch` or, in a loop, `fetch.3`. */
function keyOf({ node, iteration }: { node: string; iteration: readonly number[] }): string {
  return [node, ...iteration].join(".");
}

interface AboutProps {
  letter: string;
  execution: ExecutionDetails;
  name: string | undefined;
}

function About({ letter, execution, name }: AboutProps) {
  return (
    <section
      aria-label={`Execution ${letter}`}
      className="flex min-w-0 items-center gap-3 rounded-card border border-line bg-surface px-3 py-2"
    >
      <span aria-hidden className="text-lg font-semibold text-muted">
        {letter}
      </span>
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <Link
            to="/executions/$executionId"
            params={{ executionId: execution.id }}
            className="truncate font-semibold hover:text-accent hover:underline"
          >
            {name ?? "a workflow"} #{execution.number}
          </Link>
          <StatusIcon status={asStatus(execution.status)} withWord />
        </p>
        <p className="num truncate text-xs text-muted">
          {moment(execution.started_at ?? execution.created_at)} · {duration(execution.duration_ms)}{" "}
          · started by {execution.source}
        </p>
      </div>
    </section>
  );
}
