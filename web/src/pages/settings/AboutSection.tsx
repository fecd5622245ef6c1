import { useQuery } from "@tanstack/react-query";
import { BASE } from "@/api/base";
import { api, ask, type Schemas } from "@/api/client";
import { nodeTypesQuery } from "@/api/queries";
import { Panel } from "./Panel";

/** Which Tidegate this is, and where more is said. */
export function AboutSection() {
  const api_document = useQuery({
    queryKey: ["openapi"],
    queryFn: async () =>
      (await ask(api.GET("/api/v1/openapi.json"))) as { info?: { version?: string } },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const types = useQuery(nodeTypesQuery);
  const packages = new Set((types.data ?? []).map((type: Schemas["NodeType"]) => type.package));
  packages.delete(null);
  return (
    <Panel title="Tidegate">
      <dl className="grid grid-cols-[10rem_1fr] gap-y-1.5">
        <dt className="text-muted">Version</dt>
        <dd>{api_document.data?.info?.version ?? "…"}</dd>
        <dt className="text-muted">Node types</dt>
        <dd>
          {types.data?.length ?? "…"}
          {packages.size > 0 ? `, also from ${[...packages].join(", ")}` : ""}
        </dd>
        <dt className="text-muted">The API</dt>
        <dd>
          <a href={`${BASE}/api/v1/openapi.json`} className="text-accent underline">
            OpenAPI description
          </a>
        </dd>
        <dt className="text-muted">Licence</dt>
        <dd>Apache 2.0</dd>
      </dl>
    </Panel>
  );
}
