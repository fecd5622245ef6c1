import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { recentQuery } from "@/editor/run/queries";
import { type ExecutionLive, hasEnded } from "@/live/execution";
import { Select } from "@/ui/Select";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { duration, moment } from "@/ui/time";

interface ExecutionChoiceProps {
  workflowId: string;
  value: string | null;
  onChange: (id: string) => void;
  live: ExecutionLive | null;
}

/** Which execution is shown, and how it stands. */
export function ExecutionChoice({ workflowId, value, onChange, live }: ExecutionChoiceProps) {
  const recent = useQuery(recentQuery(workflowId));
  const { refetch } = recent;
  const status = live?.status;
  useEffect(() => {
    if (hasEnded(status)) void refetch();
  }, [status, refetch]);
  const known = recent.data?.executions ?? [];
  const choices = known.map((one) => ({
    id: one.id,
    label: `#${one.number} ${one.status}`,
    detail: `${moment(one.created_at)} · ${duration(one.duration_ms)} · ${one.trigger}`,
  }));
  if (value !== null && !known.some((one) => one.id === value))
    choices.unshift({
      id: value,
      label: live?.id === value ? `#${live.number} ${live.status}` : "another execution",
      detail: "",
    });
  return (
    <>
      {live && live.id === value ? (
        <span className="flex items-center gap-2 text-xs" role="status">
          <StatusIcon status={asStatus(live.status)} withWord />
          <span className="num text-muted">{duration(live.duration_ms)}</span>
          {live.errors_handled ? (
            <span className="text-muted">{live.errors_handled} errors handled</span>
          ) : null}
        </span>
      ) : null}
      {choices.length > 0 ? (
        <Select
          label="Execution"
          hideLabel
          className="w-44"
          placeholder="Past executions"
          choices={choices}
          value={value}
          onChange={onChange}
        />
      ) : null}
    </>
  );
}
