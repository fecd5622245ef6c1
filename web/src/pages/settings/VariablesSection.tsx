import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api, ask, type Schemas } from "@/api/client";
import { takenName, textOf } from "@/api/problem";
import { useMay } from "@/app/useAccount";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { TimeAgo } from "@/ui/TimeAgo";
import { toast } from "@/ui/toast";
import { CELL, Panel } from "./Panel";

type Variable = Schemas["Variable"];

/** Values that workflows share: `vars.name` in expressions. */
export function VariablesSection() {
  const queryClient = useQueryClient();
  const mayWrite = useMay("variables:write");
  const [removed, setRemoved] = useState<Variable | null>(null);
  const list = useQuery({
    queryKey: ["variables"],
    queryFn: () => ask(api.GET("/api/v1/variables")),
  });
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["variables"] });
  const { mutate: remove } = useMutation({
    mutationFn: (variable_id: string) =>
      ask(api.DELETE("/api/v1/variables/{variable_id}", { params: { path: { variable_id } } })),
    onError: (error) => toast("error", textOf(error)),
    onSettled: refresh,
  });
  return (
    <>
      {mayWrite ? <NewVariable onMade={refresh} /> : null}
      <Panel
        title="Variables"
        about="Not for secrets: everybody who sees a workflow of the project can read them."
      >
        {list.isError ? <ErrorNotice title="They could not be loaded" error={list.error} /> : null}
        {list.data?.length === 0 ? <p className="text-muted">None yet.</p> : null}
        {list.data && list.data.length > 0 ? (
          <table className="w-full text-sm">
            <thead className="text-xs text-muted">
              <tr>
                <th className={CELL}>Name</th>
                <th className={CELL}>Value</th>
                <th className={CELL}>Changed</th>
                <th className={CELL}>
                  <span className="sr-only">Delete</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.data.map((variable) => (
                <tr key={variable.id} className="border-t border-line">
                  <td className={CELL}>
                    <code>{variable.name}</code>
                  </td>
                  <td className={`${CELL} max-w-80`}>
                    <code className="block truncate text-xs">{JSON.stringify(variable.value)}</code>
                  </td>
                  <td className={`${CELL} text-xs text-muted`}>
                    <TimeAgo at={variable.updated_at} />
                  </td>
                  <td className={`${CELL} text-right`}>
                    <Button
                      look="quiet"
                      aria-label={`Delete ${variable.name}`}
                      isDisabled={!mayWrite}
                      onPress={() => setRemoved(variable)}
                    >
                      Delete
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </Panel>
      <ConfirmDialog
        title="Delete this variable?"
        action="Delete"
        isOpen={removed !== null}
        onConfirm={() => removed && remove(removed.id)}
        onClose={() => setRemoved(null)}
      >
        Workflows that read <code>vars.{removed?.name}</code> fail from now on.
      </ConfirmDialog>
    </>
  );
}

function NewVariable({ onMade }: { onMade: () => Promise<void> }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const make = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/v1/variables", { body: { name, value: typedValue(value) } as never })),
    onSuccess: async () => {
      setName("");
      setValue("");
      await onMade();
    },
  });
  const taken = takenName(make.error);
  const rename = (text: string) => {
    setName(text);
    make.reset();
  };
  return (
    <Panel
      title="New variable"
      about="A number, true, an object or a list is taken as JSON; the rest is text."
    >
      <Form
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextField
          label="Name"
          mono
          value={name}
          onChange={rename}
          error={taken}
          className="w-52"
        />
        <TextField label="Value" mono value={value} onChange={setValue} className="flex-1" />
        <Button type="submit" className="mt-5" isDisabled={!name || make.isPending}>
          Add
        </Button>
      </Form>
      {make.isError && !taken ? <ErrorNotice title="It was not added" error={make.error} /> : null}
    </Panel>
  );
}

/** What somebody typed as a value: JSON where it is JSON, else text. */
function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
