import { useQueryClient } from "@tanstack/react-query";
import { BASE } from "@/api/base";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { toast } from "@/ui/toast";
import type { ListedWorkflow } from "./queries";

/** What can be done with a workflow of the list; each says how it went. */
export function useWorkflowActions() {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["workflows"] });
  const attempt = async (what: string, work: () => Promise<string | null>) => {
    try {
      const said = await work();
      if (said) toast("success", said);
    } catch (error) {
      toast("error", `${what}: ${textOf(error)}`);
    }
    await refresh();
  };
  const place = (workflow: ListedWorkflow) => ({ path: { workflow_id: workflow.id } });
  const known = (workflow: ListedWorkflow) => ({
    ...place(workflow),
    header: { "If-Match": `"${workflow.revision}"` },
  });
  return {
    setActive: (workflow: ListedWorkflow, isActive: boolean) =>
      attempt(`${workflow.name} stays as it was`, async () => {
        const params = known(workflow);
        if (isActive)
          await ask(
            api.POST("/api/v1/workflows/{workflow_id}/publish", { params, body: { note: "" } }),
          );
        else await ask(api.POST("/api/v1/workflows/{workflow_id}/unpublish", { params }));
        return isActive
          ? `${workflow.name} is active: its triggers start it`
          : `${workflow.name} is inactive: nothing starts it by itself`;
      }),
    duplicate: (workflow: ListedWorkflow) =>
      attempt("It was not copied", async () => {
        const made = await ask(
          api.POST("/api/v1/workflows/{workflow_id}/duplicate", {
            params: place(workflow),
            body: { name: copyName(workflow.name) },
          }),
        );
        return `Copied to ${made.name}`;
      }),
    remove: (workflow: ListedWorkflow) =>
      attempt("It was not deleted", async () => {
        await ask(api.DELETE("/api/v1/workflows/{workflow_id}", { params: known(workflow) }));
        return `${workflow.name} was deleted; its executions stay in the history`;
      }),
    organise: (workflow: ListedWorkflow, folder: string, tags: string[]) =>
      attempt("Nothing was changed", async () => {
        await ask(
          api.PATCH("/api/v1/workflows/{workflow_id}", {
            params: known(workflow),
            body: { folder, tags },
          }),
        );
        return null;
      }),
    exportAs: (workflow: ListedWorkflow, format: "yaml" | "json") =>
      attempt("It was not exported", async () => {
        const address = `${BASE}/api/v1/workflows/${workflow.id}/export?format=${format}`;
        const answer = await fetch(address);
        if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
        save(await answer.blob(), `${fileName(workflow.name)}.${format}`);
        return null;
      }),
  };
}

/** `Orders` becomes `Orders (copy)`, and that `Orders (copy 2)`. */
export function copyName(name: string): string {
  const match = /^(.*) \(copy(?: (\d+))?\)$/.exec(name);
  return match ? `${match[1]} (copy ${Number(match[2] ?? 1) + 1})` : `${name} (copy)`;
}

export function fileName(name: string): string {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return plain.replace(/^-+|-+$/g, "") || "workflow";
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
