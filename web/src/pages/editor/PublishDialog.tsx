import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { ui } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";
import { saved, saver } from "@/editor/document/saver";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { ErrorNotice, Notice } from "@/ui/Notice";

/** Make the draft the version that triggers start. */
export function PublishDialog({ workflowId }: { workflowId: string }) {
  const [note, setNote] = useState("");
  const problems = useWorkflow((state) => state.problems);
  const queries = useQueryClient();
  const close = () => ui().open(null);
  const publish = useMutation({
    mutationFn: async () => {
      await saved();
      const version = await ask(
        api.POST("/api/v1/workflows/{workflow_id}/publish", {
          params: {
            path: { workflow_id: workflowId },
            header: { "If-Match": saver()?.revision ?? "*" },
          },
          body: { note },
        }),
      );
      await saver()?.meet();
      return version;
    },
    onSuccess: (version) => {
      void queries.invalidateQueries({ queryKey: ["versions", workflowId] });
      void queries.invalidateQueries({ queryKey: ["workflow", workflowId] });
      void queries.invalidateQueries({ queryKey: ["workflows"] });
      useWorkflow.setState({
        notice: `Published as version ${version.number}. Triggers start it from now on.`,
      });
      close();
    },
  });
  return (
    <Dialog
      title="Publish this draft"
      isOpen
      onClose={close}
      size="small"
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button look="solid" isDisabled={publish.isPending} onPress={() => publish.mutate()}>
            Publish
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          publish.mutate();
        }}
      >
        <p className="text-muted">
          Schedules, webhooks and other triggers then start this version.
        </p>
        <TextField
          label="What is new"
          autoFocus
          value={note}
          onChange={setNote}
          maxLength={200}
          placeholder="Optional"
        />
        {problems.length > 0 && (
          <Notice tone="warning" title={`${problems.length} problems were found`}>
            <ul className="list-disc pl-4 text-xs">
              {problems.slice(0, 6).map((problem) => (
                <li key={JSON.stringify(problem)}>
                  {problem.node ? `${problem.node}: ` : ""}
                  {problem.message}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {publish.isError && <ErrorNotice title="It could not be published" error={publish.error} />}
      </form>
    </Dialog>
  );
}
