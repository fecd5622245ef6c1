import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { CredentialDialog } from "@/pages/credentials/CredentialDialog";
import { credentialsQuery } from "@/pages/credentials/queries";
import { Button } from "@/ui/Button";
import { Select } from "@/ui/Select";
import { CREDENTIAL } from "../focusField";

interface CredentialPickerProps {
  value: string | undefined;
  onChange: (name: string | undefined) => void;
  isReadOnly: boolean;
}

/** Which stored credential a node uses; a new one can be made here, and each can be tried. */
export function CredentialPicker({ value, onChange, isReadOnly }: CredentialPickerProps) {
  const credentials = useQuery(credentialsQuery);
  const [isMaking, setMaking] = useState(false);
  const known = credentials.data ?? [];
  const choices = [
    { id: "", label: "None" },
    ...known.map(({ name, type }) => ({ id: name, label: name, detail: type })),
  ];
  if (value && !known.some(({ name }) => name === value))
    choices.push({ id: value, label: value, detail: "not stored here, or not for you" });
  return (
    <div className="flex flex-col gap-1" data-field={CREDENTIAL}>
      <div className="flex items-end gap-2">
        <Select
          label="Credential"
          className="min-w-0 flex-1"
          choices={choices}
          value={value ?? ""}
          onChange={(id) => onChange(id === "" ? undefined : id)}
          isDisabled={isReadOnly}
        />
        {value ? <TestButton name={value} /> : null}
        {isReadOnly ? null : (
          <Button onPress={() => setMaking(true)}>
            <Plus size={14} aria-hidden /> New
          </Button>
        )}
      </div>
      {credentials.isError ? (
        <p className="text-xs text-danger">{textOf(credentials.error)}</p>
      ) : null}
      {isMaking ? (
        <CredentialDialog
          credential={null}
          onClose={() => setMaking(false)}
          onSaved={(name) => {
            setMaking(false);
            onChange(name);
          }}
        />
      ) : null}
    </div>
  );
}

function TestButton({ name }: { name: string }) {
  const test = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/v1/credentials/{name}/test", { params: { path: { name } } })),
  });
  const said = test.isError ? textOf(test.error) : test.data?.text;
  return (
    <>
      <Button isDisabled={test.isPending} onPress={() => test.mutate()}>
        {test.isPending ? "Trying…" : "Test"}
      </Button>
      {said ? (
        <p
          role="status"
          className={test.data?.works ? "text-xs text-status-succeeded" : "text-xs text-danger"}
        >
          {said}
        </p>
      ) : null}
    </>
  );
}
