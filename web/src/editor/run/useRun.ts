import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { ApiProblem } from "@/api/problem";
import type { JsonObject } from "@/editor/document";

/** How a draft is tried. */
export type RunWanted =
  /** From a trigger, up to a node or all of it; what is undefined is not given. */
  | { kind: "start"; trigger: string; to?: string | undefined; data?: unknown }
  /** From a node on, with what an earlier execution gave it; or with other items. */
  | { kind: "from"; node: string; execution: string; items?: JsonObject[] }
  /** A single node, with what an earlier execution gave it. */
  | { kind: "only"; node: string; execution: string };

interface RunOptions {
  workflowId: string;
  /** Everything that was changed is on the server before a run begins. */
  saved: () => Promise<void>;
  onStarted: (execution: string) => void;
}

/** Starts an execution of the draft. */
export function useRun({ workflowId, saved, onStarted }: RunOptions) {
  const queryClient = useQueryClient();
  return useMutation<string, ApiProblem | Error, RunWanted>({
    mutationFn: async (wanted) => {
      await saved();
      return wanted.kind === "start" ? start(workflowId, wanted) : repeat(wanted);
    },
    onSuccess: (execution) => {
      onStarted(execution);
      void queryClient.invalidateQueries({ queryKey: ["executions"] });
    },
  });
}

type Start = Extract<RunWanted, { kind: "start" }>;

async function start(workflowId: string, { trigger, to, data }: Start): Promise<string> {
  const started = await ask(
    api.POST("/api/v1/workflows/{workflow_id}/executions", {
      params: { path: { workflow_id: workflowId } },
      body: {
        mode: "async",
        version: "draft",
        trigger,
        ...(data === undefined ? {} : { data }),
        ...(to === undefined ? {} : { to_node: to }),
      },
    }),
  );
  return (started as { id: string }).id;
}

async function repeat(wanted: Exclude<RunWanted, Start>): Promise<string> {
  const started = await ask(
    api.POST("/api/v1/executions/{execution_id}/repeat", {
      params: { path: { execution_id: wanted.execution } },
      body: {
        mode: "from_node",
        version: "draft",
        node: wanted.node,
        ...(wanted.kind === "only" ? { to_node: wanted.node } : {}),
        ...(wanted.kind === "from" && wanted.items ? { items: wanted.items } : {}),
      },
    }),
  );
  return (started as { id: string }).id;
}

/** Asks an execution to end; it tells by its events when it has. */
export function useCancel() {
  return useMutation({
    mutationFn: (execution: string) =>
      ask(
        api.POST("/api/v1/executions/{execution_id}/cancel", {
          params: { path: { execution_id: execution } },
        }),
      ),
  });
}
