import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

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

export function credentialQuery(name: string) {
  return queryOptions({
    queryKey: ["credentials", name],
    queryFn: () => ask(api.GET("/api/v1/credentials/{name}", { params: { path: { name } } })),
  });
}
