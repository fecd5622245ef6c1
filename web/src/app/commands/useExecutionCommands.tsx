import { queryOptions, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { api, ask } from "@/api/client";
import { useMay } from "@/app/useAccount";
import { useWorkflowNames } from "@/pages/executions/names";
import type { ExecutionSummary } from "@/pages/executions/types";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { ago } from "@/ui/TimeAgo";
import { usePaused } from "@/ui/usePaused";
import { named, statusesIn } from "./named";
import type { Command } from "./store";

const RECENT = 100;

/** Executions as the palette finds them: the newest at once, others where the server has them. */
export function useExecutionCommands(query: string): Command[] {
  const navigate = useNavigate();
  const mayRead = useMay("executions:read");
  const recent = useQuery({ ...executionsQuery("", RECENT), enabled: mayRead });
  const asked = usePaused(query.trim());
  const others = useQuery({ ...executionsQuery(asked), enabled: mayRead && asked.length > 0 });
  const seen = [...(recent.data?.executions ?? []), ...(others.data?.executions ?? [])];
  const names = useWorkflowNames(seen.map((one) => one.workflow_id));
  return useMemo(() => {
    const found = new Map<string, Command>();
    const add = (one: ExecutionSummary, words: string) => {
      const name = names.get(one.workflow_id) ?? "a workflow";
      found.set(one.id, {
        id: `execution ${one.id}`,
        label: `#${one.number} ${name}`,
        group: "Executions",
        detail: `${one.status} · ${one.created_at ? ago(one.created_at) : ""}`,
        words,
        icon: <StatusIcon status={asStatus(one.status)} />,
        run: () =>
          void navigate({ to: "/executions/$executionId", params: { executionId: one.id } }),
      });
    };
    for (const one of recent.data?.executions ?? []) add(one, `${one.id} ${messageOf(one)}`);
    // The server found them by what was typed, whatever of it is shown here.
    for (const one of others.data?.executions ?? []) add(one, `${one.id} ${asked}`);
    return [...found.values()];
  }, [recent.data, others.data, asked, names, navigate]);
}

function executionsQuery(typed: string, limit = 10) {
  const name = named(typed);
  const { status, q } = statusesIn(typed);
  return queryOptions({
    queryKey: ["executions", "palette", typed],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions", {
          params: { query: name === null ? { status, q: q || null, limit } : { named: name } },
          signal,
        }),
      ),
    staleTime: 5_000,
  });
}

function messageOf({ error }: ExecutionSummary): string {
  return typeof error?.message === "string" ? error.message : "";
}
