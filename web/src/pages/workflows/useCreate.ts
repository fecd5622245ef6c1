import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, ask, type Schemas } from "@/api/client";

interface Wanted {
  name: string;
  document: Record<string, unknown>;
  folder: string;
}

/** Makes a workflow and opens it. */
export function useCreate(onMade?: () => void) {
  const open = useOpenMade(onMade);
  return useMutation({
    mutationFn: ({ name, document, folder }: Wanted) =>
      ask(
        api.POST("/api/v1/workflows", {
          body: { document: { ...document, name }, folder, tags: [] },
        }),
      ),
    onSuccess: open,
  });
}

/** Opens a workflow that was just made. */
export function useOpenMade(onMade?: () => void) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async (made: Schemas["WorkflowDetails"]) => {
    onMade?.();
    void queryClient.invalidateQueries({ queryKey: ["workflows"] });
    await navigate({ to: "/w/$workflowId", params: { workflowId: made.id } });
  };
}
