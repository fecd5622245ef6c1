import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client";

/** A workflow with the ETag that a change of it must name. */
export function workflowQuery(workflowId: string) {
  return queryOptions({
    queryKey: ["workflow", workflowId],
    queryFn: ({ signal }) =>
      askWithTag(
        api.GET("/api/v1/workflows/{workflow_id}", {
          params: { path: { workflow_id: workflowId } },
          signal,
        }),
      ),
    retry: false,
  });
}

/** The published versions of a workflow, the newest first, page by page. */
export function versionsQuery(workflowId: string) {
  return infiniteQueryOptions({
    queryKey: ["versions", workflowId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/v1/workflows/{workflow_id}/versions", {
          params: { path: { workflow_id: workflowId }, query: { cursor: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.next,
  });
}

/** The document of a version by its number or hash, or of the `draft`. */
export function versionQuery(workflowId: string, version: string) {
  return queryOptions({
    queryKey: ["version", workflowId, version],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/workflows/{workflow_id}/versions/{version}", {
          params: { path: { workflow_id: workflowId, version } },
          signal,
        }),
      ),
    staleTime: version === "draft" ? 0 : Number.POSITIVE_INFINITY,
    retry: false,
  });
}
