import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api, ask } from "@/api/client";
import { ApiProblem, takenName } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { Switch } from "@/ui/Switch";
import { toast } from "@/ui/toast";
import { CredentialState } from "./CredentialState";
import { dateOf, endOfDay } from "./ends";
import {
  type Credential,
  type CredentialType,
  credentialQuery,
  credentialTypesQuery,
} from "./queries";
import { ValueInput } from "./ValueInput";
import { fieldsOf, valuesOf } from "./values";

interface CredentialDialogProps {
  /** The one to change; null: a new one. */
  credential: Credential | null;
  /** The type that a node wants, if it wants one. */
  type?: string;
  onClose: () => void;
  onSaved?: (name: string) => void;
}

/** Make a credential, or give one another content. */
export function CredentialDialog(props: CredentialDialogProps) {
  const { credential } = props;
  const types = useQuery(credentialTypesQuery);
  const details = useQuery({
    ...credentialQuery(credential?.name ?? ""),
    enabled: credential !== null,
  });
  const isReady = types.data && (credential === null || details.data);
  return (
    <Dialog
      title={credential ? `Change ${credential.name}` : "New credential"}
      isOpen
      onClose={props.onClose}
    >
      {details.data ? <CredentialState credential={details.data.data} /> : null}
      {isReady ? (
        <CredentialForm
          {...props}
          // What was loaded again is where one goes on from.
          key={details.data?.etag ?? "new"}
          type={details.data?.data.type ?? props.type ?? "bearer"}
          types={types.data}
          hosts={details.data?.data.hosts ?? []}
          allowPlain={details.data?.data.allow_plain_http ?? false}
          expires={
            details.data?.data.expires_from === "person" ? dateOf(details.data.data.expires_at) : ""
          }
          etag={details.data?.etag ?? null}
          onReload={() => void details.refetch()}
        />
      ) : (
        <Skeleton lines={5} />
      )}
      {details.isError ? (
        <ErrorNotice title="The credential can't be read" error={details.error} />
      ) : null}
      {types.isError ? <ErrorNotice title="The types are missing" error={types.error} /> : null}
    </Dialog>
  );
}

interface FormProps extends CredentialDialogProps {
  type: string;
  types: readonly CredentialType[];
  hosts: readonly string[];
  allowPlain: boolean;
  /** The day that a person gave; empty: none. */
  expires: string;
  /** How it was when it was read; null: a new one. */
  etag: string | null;
  onReload: () => void;
}

function CredentialForm(props: FormProps) {
  const { credential, types, onClose, onSaved } = props;
  const queryClient = useQueryClient();
  const [name, setName] = useState(credential?.name ?? "");
  const [type, setType] = useState(props.type);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [hosts, setHosts] = useState(props.hosts.join("\n"));
  const [allowPlain, setAllowPlain] = useState(props.allowPlain);
  const [expires, setExpires] = useState(props.expires);
  const kind = types.find((each) => each.name === type);
  const fields = fieldsOf(kind?.values ?? {});
  const save = useMutation({
    mutationFn: () =>
      ask(
        api.PUT("/api/v1/credentials/{name}", {
          params: {
            path: { name: name.trim() },
            ...(props.etag ? { header: { "If-Match": props.etag } } : {}),
          },
          body: {
            type,
            values: valuesOf(fields, typed),
            hosts: hosts.split(/[\s,]+/).filter(Boolean),
            allow_plain_http: allowPlain,
            expires_at: endOfDay(expires),
            ...(credential ? { project_id: credential.project_id } : {}),
          } as never,
        }),
      ),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["credentials"] });
      toast("success", `${name.trim()} is stored, sealed`);
      onSaved?.(name.trim());
      onClose();
    },
  });
  const isChanged = save.error instanceof ApiProblem && save.error.status === 412;
  const taken = credential === null ? takenName(save.error) : null;
  return (
    <Form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="grid grid-cols-2 items-start gap-3">
        <TextField
          label="Name"
          value={name}
          onChange={(text) => {
            setName(text);
            save.reset();
          }}
          error={taken}
          isRequired
          isDisabled={credential !== null}
          autoFocus={credential === null}
        />
        <Select
          label="Type"
          choices={types.map((each) => ({ id: each.name, label: each.name, detail: each.summary }))}
          value={type}
          onChange={(chosen) => {
            setType(chosen);
            setTyped({});
          }}
        />
      </div>
      {kind ? <p className="text-xs text-muted">{kind.summary}</p> : null}
      {fields.map((field) => (
        <ValueInput
          key={`${type} ${field.name}`}
          field={field}
          value={typed[field.name] ?? field.first}
          isKept={credential !== null}
          onChange={(value) => setTyped((old) => ({ ...old, [field.name]: value }))}
        />
      ))}
      <TextField
        label={kind?.needs_hosts ? "Hosts it may be sent to" : "Hosts it may be sent to (optional)"}
        rows={2}
        mono
        value={hosts}
        onChange={setHosts}
        isRequired={kind?.needs_hosts ?? false}
        placeholder="api.example.com"
        help="One on each line. It goes nowhere else, whatever a workflow says."
      />
      <TextField
        label="Expires on (optional)"
        type="date"
        className="w-44"
        value={expires}
        onChange={setExpires}
        help="As far as you know. A certificate says it by itself."
      />
      {kind?.needs_tls ? null : (
        <Switch isSelected={allowPlain} onChange={setAllowPlain}>
          Let it travel without TLS
        </Switch>
      )}
      {kind?.is_granted ? (
        <Notice title="Then somebody grants access">
          Store it, then run <code>tidegate credentials authorize {name || "NAME"}</code> on the
          machine of the server.
        </Notice>
      ) : null}
      {save.isError && isChanged ? (
        <Notice
          tone="warning"
          title="Somebody else changed it meanwhile"
          action={<Button onPress={props.onReload}>Load it again</Button>}
        >
          Nothing was stored. Loading it again shows how it is now; the values that you typed here
          have to be typed again then.
        </Notice>
      ) : null}
      {save.isError && !isChanged && !taken ? (
        <ErrorNotice title="It was not stored" error={save.error} />
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="solid" type="submit" isDisabled={save.isPending}>
          Store
        </Button>
      </div>
    </Form>
  );
}
