import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { toast } from "@/ui/toast";
import type { Retry } from "./RetryItems";
import type { ExecutionSummary } from "./types";

type Act = (id: string) => Promise<unknown>;

/** Each is done one by one; what did not work is said, and does not stop the others. */
export function useMarkedActions(onDone: () => void) {
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const each = (word: string, act: Act) => async (marked: readonly ExecutionSummary[]) => {
    setBusy(true);
    const failures: string[] = [];
    for (const { id, number } of marked)
      await act(id).catch((error: unknown) => failures.push(`#${number}: ${textOf(error)}`));
    const done = marked.length - failures.length;
    if (failures.length === 0) toast("success", `${done} ${word}`);
    else toast("error", `${done} ${word}, ${failures.length} not. ${failures[0]}`);
    setBusy(false);
    onDone();
    await queryClient.invalidateQueries({ queryKey: ["executions"] });
  };
  const at = (id: string) => ({ params: { path: { execution_id: id } } });
  return {
    isBusy,
    retry: (how: Retry) =>
      each("started again", (id) =>
        ask(api.POST("/api/v1/executions/{execution_id}/repeat", { ...at(id), body: how })),
      ),
    cancel: each("asked to end", (id) =>
      ask(api.POST("/api/v1/executions/{execution_id}/cancel", at(id))),
    ),
    remove: each("deleted", (id) => ask(api.DELETE("/api/v1/executions/{execution_id}", at(id)))),
  };
}
