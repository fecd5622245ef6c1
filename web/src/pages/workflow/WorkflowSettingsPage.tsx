import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, askWithTag, type Schemas } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { useMay } from "@/app/useAccount";
import { FormContext, NO_SAMPLE } from "@/editor/panel/form/FormContext";
import { ParamForm } from "@/editor/panel/form/ParamForm";
import { fieldsOf, type JsonObject, type Schema } from "@/editor/panel/form/schema";
import { withoutExpressions } from "@/editor/panel/form/settingsFields";
import { languageQuery } from "@/editor/panel/queries";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { toast } from "@/ui/toast";
import { workflowQuery } from "./queries";
import { WorkflowHeader } from "./WorkflowHeader";

/** The name, the text and the settings of a whole workflow: part of its draft. */
export function WorkflowSettingsPage() {
  const { workflowId } = useParams({ from: "/shell/w/$workflowId/settings" });
  const found = useQuery({ ...workflowQuery(workflowId), refetchOnWindowFocus: false });
  const language = useQuery(languageQuery);
  const error = found.error ?? language.error;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <WorkflowHeader workflowId={workflowId} title="Settings" />
      <div className="min-h-0 flex-1 overflow-auto px-6 py-5">
        {error ? <ErrorNotice title="The settings can't be shown" error={error} /> : null}
        {!error && !(found.data && language.data) ? <Skeleton lines={8} /> : null}
        {found.data && language.data ? (
          <SettingsForm
            // What was saved, or loaded again, is where one goes on from.
            key={found.data.etag}
            workflow={found.data.data}
            etag={found.data.etag}
            schema={language.data.workflowSettings}
            onReload={() => void found.refetch()}
          />
        ) : null}
      </div>
    </main>
  );
}

interface SettingsFormProps {
  workflow: Schemas["WorkflowDetails"];
  etag: string;
  schema: Schema;
  onReload: () => void;
}

function SettingsForm({ workflow, etag, schema, onReload }: SettingsFormProps) {
  const queryClient = useQueryClient();
  const mayWrite = useMay("workflows:write");
  const document = workflow.document as JsonObject;
  const [name, setName] = useState(workflow.name);
  const [description, setDescription] = useState(String(document.description ?? ""));
  const [settings, setSettings] = useState((document.settings ?? {}) as JsonObject);
  const fields = useMemo(() => withoutExpressions(fieldsOf(schema)), [schema]);
  const surroundings = useMemo(
    () => ({
      sample: NO_SAMPLE,
      functions: [],
      problemAt: () => undefined,
      isReadOnly: !mayWrite,
      language: "python" as const,
    }),
    [mayWrite],
  );
  const save = useMutation({
    mutationFn: () =>
      askWithTag(
        api.PATCH("/api/v1/workflows/{workflow_id}", {
          params: { path: { workflow_id: workflow.id }, header: { "If-Match": etag } },
          body: { document: { ...document, name: name.trim(), description, settings } },
        }),
      ),
    onSuccess: (saved) => {
      queryClient.setQueryData(workflowQuery(workflow.id).queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: ["workflows"] });
      toast("success", "Saved in the draft. Publish it to make it hold.");
    },
  });
  const isChanged = save.error instanceof ApiProblem && save.error.status === 412;
  return (
    <form
      className="flex max-w-[640px] flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        maxLength={200}
        isReadOnly={!mayWrite}
      />
      <TextField
        label="Description"
        value={description}
        onChange={setDescription}
        rows={3}
        isReadOnly={!mayWrite}
      />
      <FormContext value={surroundings}>
        <ParamForm
          fields={fields}
          params={settings}
          onChange={(field, value) =>
            setSettings((before) => {
              const { [field]: _old, ...others } = before;
              return value === undefined ? others : { ...others, [field]: value };
            })
          }
        />
      </FormContext>
      {save.isError ? (
        <ErrorNotice
          title={isChanged ? "Somebody else changed the draft meanwhile" : "It was not saved"}
          error={save.error}
          action={isChanged ? <Button onPress={onReload}>Load it again</Button> : null}
        />
      ) : null}
      {mayWrite ? (
        <Button
          look="solid"
          type="submit"
          className="self-start"
          isDisabled={!name.trim() || save.isPending}
        >
          Save
        </Button>
      ) : null}
    </form>
  );
}
