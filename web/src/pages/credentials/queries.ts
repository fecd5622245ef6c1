import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask, askWithTag, type Schemas } from "@/api/client";
import { textOf } from "@/api/problem";
import { toast } from "@/ui/toast";

export type Credential = Schemas["Credential"];
export type CredentialType = Schemas["CredentialType"];

export const credentialsQuery = queryOptions({
  queryKey: ["credentials"],
  queryFn: () => ask(api.GET("/api/v1/credentials")),
});

export const credentialTypesQuery = queryOptions({
  queryKey: ["credential_types"],
  queryFn: () => ask(api.GET("/api/v1/credential_types")),
  staleTime: Number.POSITIVE_INFINITY,
});

/** One credential with its ETag, read when somebody begins to change it. */
export function credentialQuery(name: string) {
  return queryOptions({
    queryKey: ["credentials", name],
    queryFn: () =>
      askWithTag(api.GET("/api/v1/credentials/{name}", { params: { path: { name } } })),
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: false,
  });
}

/** Tries a credential at its first host; how it went is said, and stays with it. */
export function useTest(name: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ask(api.POST("/api/v1/credentials/{name}/test", { params: { path: { name } } })),
    onSuccess: (trial) => toast(trial.works ? "success" : "error", `${name}: ${trial.text}`),
    onError: (error) => toast("error", `${name} could not be tried: ${textOf(error)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["credentials"] }),
  });
}
