import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag, type Schemas } from "@/api/client";

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
