import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Form } from "react-aria-components";
import { api, ask } from "@/api/client";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { beginHints } from "../editor/hints";
import { Entrance } from "../login/Entrance";
import { makeSample } from "./sample";

export type LinkKind = "setup" | "invitation" | "reset";

const TEXTS: Record<LinkKind, { title: string; action: string; below: string }> = {
  setup: {
    title: "Make the owner's account",
    action: "Make the account",
    below:
      "The owner may do everything. The first thing you get is a workflow to try: it needs no credential and no network.",
  },
  invitation: {
    title: "Welcome: make your account",
    action: "Make the account",
    below: "The invitation says already which e-mail address and role you have.",
  },
  reset: {
    title: "Choose another password",
    action: "Use this password",
    below: "Everybody who is signed in with the old password is signed out.",
  },
};

const SHORTEST = 12;

/** Follows a one-time link; its token stands behind the #, which browsers send nowhere. */
export function LinkPage({ kind }: { kind: LinkKind }) {
  const texts = TEXTS[kind];
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    document.title = `${texts.title} · Tidegate`;
    history.replaceState(history.state, "", location.pathname);
  }, [texts.title]);
  return (
    <Entrance title={texts.title} below={texts.below}>
      {token.length >= 20 ? (
        <LinkForm kind={kind} token={token} action={texts.action} />
      ) : (
        <Notice tone="warning" title="This link is not whole">
          Copy all of it, also what follows the #.
          {kind === "setup" ? " The server prints it when it starts." : null}
        </Notice>
      )}
    </Entrance>
  );
}

function LinkForm({ kind, token, action }: { kind: LinkKind; token: string; action: string }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const accept = useMutation({
    mutationFn: async () => {
      const body = { token, password, email, name };
      await ask(api.POST("/api/v1/links/accept", { body }));
      return kind === "setup" ? makeSample() : null;
    },
    onSuccess: async (sample) => {
      queryClient.clear();
      if (sample) {
        beginHints(sample);
        await navigate({ to: "/w/$workflowId", params: { workflowId: sample } });
      } else await navigate({ to: "/workflows" });
    },
  });
  const tooShort = password.length > 0 && password.length < SHORTEST;
  return (
    <Form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!tooShort) accept.mutate();
      }}
    >
      {kind === "setup" ? (
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          isRequired
          autoFocus
          value={email}
          onChange={setEmail}
        />
      ) : null}
      {kind === "reset" ? null : (
        <TextField label="Name" autoComplete="name" value={name} onChange={setName} />
      )}
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        isRequired
        value={password}
        onChange={setPassword}
        help={`At least ${SHORTEST} characters; a few words are easy to remember.`}
        error={tooShort ? `${SHORTEST - password.length} more characters` : null}
      />
      {accept.isError ? <ErrorNotice title="That did not work" error={accept.error} /> : null}
      <Button look="solid" type="submit" isDisabled={accept.isPending} className="min-h-9">
        {action}
      </Button>
    </Form>
  );
}
