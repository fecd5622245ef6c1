import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useCrumbs } from "@/app/crumbs";
import { useChangeAddress } from "@/app/useChangeAddress";
import { OTHER_NODE } from "@/editor/panel/data/search";
import { executionQuery } from "@/editor/run/queries";
import { hasEnded, useFollowedExecution, useLive } from "@/live/execution";
import { ErrorNotice } from "@/ui/Notice";
import { onDemand } from "@/ui/onDemand";
import { Skeleton } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { useWide } from "@/ui/useWide";
import { CanvasView } from "./CanvasView";
import { ExecutionHeader } from "./ExecutionHeader";
import { NodeList } from "./NodeList";
import type { ExecutionSearch, View } from "./search";
import { TraceView } from "./TraceView";
import { useExecutionKeys } from "./useExecutionKeys";
import { useGoTo } from "./useGoTo";
import { WithDetails } from "./WithDetails";

const LogView = onDemand(() => import("@/editor/dock/LogView").then((module) => module.LogView));
const NetworkView = onDemand(() =>
  import("@/editor/dock/NetworkView").then((module) => module.NetworkView),
);

/** One execution: how it went, and what every node was given and gave. */
export function ExecutionPage() {
  const { executionId } = useParams({ from: "/shell/executions/$executionId" });
  useFollowedExecution(executionId);
  const live = useLive((state) => state.execution);
  const status = live?.id === executionId ? live.status : undefined;
  const found = useQuery({
    ...executionQuery(executionId),
    refetchInterval: ({ state }) => (hasEnded(state.data?.status) ? false : 1_000),
  });
  useCrumbs(
    { label: "Executions", to: "/executions" },
    { label: found.data ? `#${found.data.number}` : "Execution" },
  );
  const search = useSearch({ from: "/shell/executions/$executionId" });
  const { view = "data", node = null, t, span } = search;
  const change: (next: ExecutionSearch) => void = useChangeAddress();
  const show = (id: string) => change({ ...OTHER_NODE, node: id, view: undefined });
  const isWide = useWide();
  const goTo = useGoTo({ execution: executionId, view, isWide, change });
  useExecutionKeys({ execution: found.data, view, node, onNode: show });
  if (found.isError)
    return (
      <main className="p-6">
        <ErrorNotice title="The execution can't be shown" error={found.error} />
      </main>
    );
  if (!found.data) return <Skeleton lines={8} className="p-6" />;
  const execution = found.data;
  const isEnded = hasEnded(status ?? execution.status);
  const trace = <TraceView {...{ isEnded, search, goTo }} execution={executionId} />;
  const details = { execution, isEnded, search, change };
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <ExecutionHeader execution={execution} />
      <Tabs
        label="Views of the execution"
        selected={view}
        onSelect={(id) => change({ view: id === "data" ? undefined : (id as View) })}
        tabs={[
          {
            id: "data",
            title: "Data",
            content: () => (
              <NodeList
                execution={execution}
                selected={node}
                onSelect={(id, iteration) =>
                  change({ ...OTHER_NODE, node: id, iteration: iteration || undefined })
                }
              />
            ),
          },
          {
            id: "canvas",
            title: "Canvas",
            content: () => (
              <WithDetails {...details}>
                <CanvasView
                  key={executionId}
                  execution={execution}
                  isEnded={isEnded}
                  time={t}
                  onTime={(time) => change({ t: time })}
                  onNode={(id) => (isWide ? void goTo.node(id) : show(id))}
                  node={node}
                  span={span}
                  beside={isWide ? trace : null}
                />
              </WithDetails>
            ),
          },
          {
            id: "trace",
            title: "Trace",
            content: () => <WithDetails {...details}>{trace}</WithDetails>,
          },
          {
            id: "logs",
            title: "Logs",
            content: () => (
              <LogView
                execution={executionId}
                isEnded={isEnded}
                onLine={(line) => void goTo.line(line)}
              />
            ),
          },
          {
            id: "network",
            title: "Network",
            content: () => (
              <NetworkView
                execution={executionId}
                isEnded={isEnded}
                onSpan={goTo.span}
                onItem={goTo.item}
              />
            ),
          },
        ]}
      />
    </main>
  );
}
