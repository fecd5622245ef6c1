import type { ExecutionDetails } from "@/editor/run/queries";
import { Notice } from "@/ui/Notice";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { duration, moment } from "@/ui/time";
import { ExecutionActions } from "./ExecutionActions";
import { ExecutionError } from "./ExecutionError";
import { ExecutionTitle, RetryOf } from "./ExecutionTitle";

/** How an execution stands, and what can be done with it. */
export function ExecutionHeader({ execution }: { execution: ExecutionDetails }) {
  return (
    <header className="flex flex-col gap-2 px-6 pt-4 pb-2">
      <div className="flex flex-wrap items-center gap-3">
        <ExecutionTitle execution={execution} />
        <StatusIcon status={asStatus(execution.status)} withWord size={16} />
        <span className="num text-sm text-muted">
          {moment(execution.started_at ?? execution.created_at)} · {duration(execution.duration_ms)}{" "}
          · started by {execution.source}
          {execution.based_on_id ? <RetryOf source={execution.based_on_id} /> : null}
          {execution.errors_handled ? ` · ${execution.errors_handled} errors handled` : ""}
        </span>
        <span className="flex-1" />
        <ExecutionActions execution={execution} />
      </div>
      <ExecutionError execution={execution} />
      {execution.wake_at ? (
        <Notice>It waits, and goes on at {moment(execution.wake_at)}.</Notice>
      ) : null}
    </header>
  );
}
