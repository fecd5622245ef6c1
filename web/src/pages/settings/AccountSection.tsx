import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api, ask } from "@/api/client";
import { useAccount } from "@/app/useAccount";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { toast } from "@/ui/toast";
import { Panel } from "./Panel";

export function AccountSection() {
  const account = useAccount();
  return (
    <>
      <Panel title="Who you are">
        <p className="flex items-center gap-2">
          {account.email} <Badge kind="accent">{account.role}</Badge>
        </p>
      </Panel>
      <NamePanel />
      <PasswordPanel />
    </>
  );
}

function NamePanel() {
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: () => ask(api.PATCH("/api/v1/account", { body: { name: name.trim() } })),
    onSuccess: (account) => toast("success", `You are called ${account.name} now`),
  });
  return (
    <Panel title="Your name" about="Shown beside what you publish.">
      <Form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField
          label="New name"
          value={name}
          onChange={setName}
          autoComplete="name"
          className="w-72"
        />
        <Button type="submit" isDisabled={!name.trim() || save.isPending}>
          Save
        </Button>
      </Form>
      {save.isError ? <ErrorNotice title="It was not changed" error={save.error} /> : null}
    </Panel>
  );
}

function PasswordPanel() {
  const queryClient = useQueryClient();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const save = useMutation({
    mutationFn: () => ask(api.PATCH("/api/v1/account", { body: { password, old_password: old } })),
    onSuccess: async () => {
      toast("success", "Your password was changed; sign in with it");
      await queryClient.invalidateQueries({ queryKey: ["session"] });
    },
  });
  return (
    <Panel title="Your password" about="Changing it ends every session of yours, this one too.">
      <Form
        className="flex flex-col items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField
          label="Password until now"
          type="password"
          autoComplete="current-password"
          value={old}
          onChange={setOld}
          className="w-72"
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          help="At least 12 characters."
          className="w-72"
        />
        {save.isError ? <ErrorNotice title="It was not changed" error={save.error} /> : null}
        <Button type="submit" isDisabled={!old || password.length < 12 || save.isPending}>
          Change the password
        </Button>
      </Form>
    </Panel>
  );
}
