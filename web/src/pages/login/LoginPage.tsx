import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Form } from "react-aria-components";
import { BASE } from "@/api/base";
import { api, ask } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { Entrance } from "./Entrance";

export function LoginPage() {
  const { next } = useSearch({ from: "/login" });
  const router = useRouter();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const ways = useQuery({
    queryKey: ["sign_in_ways"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/session/ways", { signal })),
  });
  useEffect(() => {
    document.title = "Sign in · Tidegate";
  }, []);
  const signIn = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/v1/session", { body: { email, password, code: code.trim() || null } })),
    onSuccess: async () => {
      queryClient.clear();
      if (next) router.history.push(next);
      else await router.navigate({ to: "/workflows" });
    },
  });
  const { error } = signIn;
  const needsCode = error instanceof ApiProblem && error.code === "SECOND_FACTOR_NEEDED";
  const asksForCode = needsCode || code !== "";
  return (
    <Entrance
      title="Sign in"
      below="No account yet? Ask an owner or admin of this Tidegate for an invitation. Forgot the password? They can make you a link for another one."
    >
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          isRequired
          autoFocus
          value={email}
          onChange={setEmail}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
        />
        {asksForCode ? (
          <TextField
            label="Code"
            autoComplete="one-time-code"
            isRequired
            autoFocus
            value={code}
            onChange={setCode}
            help="From your authenticator app, or one of your recovery codes."
          />
        ) : null}
        {signIn.isError && !needsCode ? (
          <ErrorNotice title="You are not signed in" error={signIn.error} />
        ) : null}
        <Button look="solid" type="submit" isDisabled={signIn.isPending} className="min-h-9">
          {signIn.isPending ? "Signing in" : "Sign in"}
        </Button>
        {ways.data?.oidc ? (
          <a
            href={`${BASE}/api/v1/oidc/start`}
            className="grid min-h-9 place-items-center rounded-control border border-line-strong text-sm font-semibold hover:bg-hover"
          >
            Sign in with your organisation
          </a>
        ) : null}
      </Form>
    </Entrance>
  );
}
