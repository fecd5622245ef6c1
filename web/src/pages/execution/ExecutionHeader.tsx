import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import type { ExecutionDetails } from "@/editor/run/queries";
import { useCancel } from "@/editor/run/useRun";
import { hasEnded } from "@/live/execution";
import { Button } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { duration, moment } from "@/ui/time";
import { toast } from "@/ui/toast";

/** How an execution stands, and what can be done with it. */
export function ExecutionHeader({ execution }: { execution: ExecutionDetails }) {
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
