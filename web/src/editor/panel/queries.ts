import { queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import type { ExpressionFunction } from "./expression/completion";
import type { JsonObject, Schema } from "./form/schema";

/** What the panel asks of the server about node types, expressions and credentials. */

/** A node type with all that its panel shows. */
export type NodeTypeDetails = Schemas["NodeTypeDetails"];
export type NodeExample = Schemas["ExampleDescription"];

export function nodeTypeQuery(name: string) {
  return queryOptions({
    queryKey: ["node_type", name],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/node_types/{name}", { params: { path: { name } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The JSON Schemas of the settings that nodes and workflows have, and the functions of expressions. */
export const languageQuery = queryOptions({
  queryKey: ["language"],
  queryFn: async ({ signal }) => {
    const found = await ask(api.GET("/api/v1/language", { signal }));
    return {
      functions: found.functions as ExpressionFunction[],
      nodeSettings: found.node_settings as Schema,
      workflowSettings: found.workflow_settings as Schema,
    };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** What is wrong with the parameters of a node. */
export function paramsProblemsQuery(type: string, params: JsonObject) {
  return queryOptions({
    queryKey: ["params_problems", type, params],
    queryFn: ({ signal }) =>
      ask(
        api.POST("/api/v1/node_types/{name}/validate", {
          params: { path: { name: type } },
          body: { params },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
}
