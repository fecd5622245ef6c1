import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { useCrumbs } from "@/app/crumbs";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import { LogView } from "@/editor/dock/LogView";
import { NetworkView } from "@/editor/dock/NetworkView";
import { Timeline } from "@/editor/dock/Timeline";
import { type ExecutionDetails, executionQuery } from "@/editor/run/queries";
import { useCancel } from "@/editor/run/useRun";
import { hasEnded, useFollowedExecution, useLive } from "@/live/execution";
import { Button } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { Tabs } from "@/ui/Tabs";
import { duration, moment } from "@/ui/time";
import { toast } from "@/ui/toast";
import { CanvasView } from "./CanvasView";
import { NodeList } from "./NodeList";
import type { ExecutionSearch, View } from "./search";
import { useExecutionKeys } from "./useExecutionKeys";

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
  const {
    view = "data",
    node = null,
    t,
  } = useSearch({
    from: "/shell/executions/$executionId",
  });
  const navigate = useNavigate({ from: "/executions/$executionId" });
  const change = (next: ExecutionSearch) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const show = (id: string) => change({ node: id, view: "data" });
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
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <Header execution={execution} />
      <Tabs
        label="Views of the execution"
        selected={view}
        onSelect={(id) => change({ view: id as View })}
        tabs={[
          {
            id: "data",
            title: "Data",
            content: () => (
              <NodeList
                execution={execution}
                selected={node}
                onSelect={(id) => change({ node: id })}
              />
            ),
          },
          {
            id: "canvas",
            title: "Canvas",
            content: () => (
              <CanvasView
                key={executionId}
                execution={execution}
                isEnded={isEnded}
                time={t}
                onTime={(time) => change({ t: time })}
                onNode={show}
              />
            ),
          },
          {
            id: "timeline",
            title: "Timeline",
            content: () => <Timeline execution={executionId} isEnded={isEnded} onNode={show} />,
          },
          {
            id: "logs",
            title: "Logs",
            content: () => <LogView execution={executionId} isEnded={isEnded} onNode={show} />,
          },
          {
            id: "network",
            title: "Network",
            content: () => <NetworkView execution={executionId} isEnded={isEnded} onNode={show} />,
          },
        ]}
      />
    </main>
  );
}

function Header({ execution }: { execution: ExecutionDetails }) {
  const message = execution.error?.message;
  const node = execution.error?.node;
  return (
    <header className="flex flex-col gap-2 px-6 pt-4 pb-2">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-lg">Execution #{execution.number}</h1>
        <StatusIcon status={asStatus(execution.status)} withWord size={16} />
        <span className="num text-sm text-muted">
          {moment(execution.started_at ?? execution.created_at)} · {duration(execution.duration_ms)}{" "}
          · started by {execution.source}
          {execution.errors_handled ? ` · ${execution.errors_handled} errors handled` : ""}
        </span>
        <span className="flex-1" />
        <Actions execution={execution} />
      </div>
      {typeof message === "string" ? (
        <Notice tone="danger" title={typeof node === "string" ? `Failed at ${node}` : "Failed"}>
          <p className="whitespace-pre-wrap">{message}</p>
        </Notice>
      ) : null}
      {execution.wake_at ? (
        <Notice>It waits, and goes on at {moment(execution.wake_at)}.</Notice>
      ) : null}
    </header>
  );
}

const LINK =
  "inline-flex min-h-7 items-center rounded-control border border-line-strong px-2.5 text-sm font-semibold hover:bg-hover";

type Repeat = "retry" | "again";

function Actions({ execution }: { execution: ExecutionDetails }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const cancel = useCancel();
  const repeat = useMutation({
    mutationFn: ({ mode, version }: { mode: Repeat; version: "same" | "published" | "draft" }) =>
      ask(
        api.POST("/api/v1/executions/{execution_id}/repeat", {
          params: { path: { execution_id: execution.id } },
          body: { mode, version },
        }),
      ),
    onSuccess: async (started) => {
      await queryClient.invalidateQueries({ queryKey: ["executions"] });
      await navigate({
        to: "/executions/$executionId",
        params: { executionId: (started as { id: string }).id },
      });
    },
    onError: (error) => toast("error", `It was not started: ${textOf(error)}`),
  });
  const mayRepeat = useMay("executions:start") && hasEnded(execution.status) && !repeat.isPending;
  useShortcut("run.retry", () => repeat.mutate({ mode: "again", version: "same" }), mayRepeat);
  useShortcut(
    "run.retryDraft",
    () => repeat.mutate({ mode: "again", version: "draft" }),
    mayRepeat,
  );
  return (
    <>
      {hasEnded(execution.status) ? (
        <Menu label="Retry" trigger={<Button isDisabled={repeat.isPending}>Retry</Button>}>
          {execution.status === "succeeded" ? null : (
            <MenuItem onAction={() => repeat.mutate({ mode: "retry", version: "same" })}>
              From what failed
            </MenuItem>
          )}
          <MenuItem onAction={() => repeat.mutate({ mode: "again", version: "same" })}>
            From the start
          </MenuItem>
          <MenuItem onAction={() => repeat.mutate({ mode: "again", version: "draft" })}>
            From the start, with the draft as it is now
          </MenuItem>
        </Menu>
      ) : (
        <Button
          look="danger"
          isDisabled={cancel.isPending}
          onPress={() =>
            cancel.mutate(execution.id, {
              onError: (error) => toast("error", `Not cancelled: ${textOf(error)}`),
            })
          }
        >
          Cancel
        </Button>
      )}
      {execution.based_on_id ? (
        <Link
          to="/executions/compare"
          search={{ a: execution.based_on_id, b: execution.id }}
          className={LINK}
        >
          Compare with the one before
        </Link>
      ) : null}
      <Link
        to="/w/$workflowId"
        params={{ workflowId: execution.workflow_id }}
        search={{ exec: execution.id }}
        className={LINK}
      >
        Open in the editor
      </Link>
    </>
  );
}
