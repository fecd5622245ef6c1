import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, ask, type Schemas } from "@/api/client";

type Repeat = Pick<Schemas["RepeatWanted"], "mode" | "version" | "node">;

/** Runs an execution again, or a part of it, and shows what was started. */
export function useRepeat(execution: string) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Repeat) =>
      ask(
        api.POST("/api/v1/executions/{execution_id}/repeat", {
          params: { path: { execution_id: execution } },
          body,
        }),
      ),
    onSuccess: async (started) => {
      await queryClient.invalidateQueries({ queryKey: ["executions"] });
      await navigate({
        to: "/executions/$executionId",
        params: { executionId: (started as { id: string }).id },
      });
    },
  });
}
