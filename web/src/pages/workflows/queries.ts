import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { oneOf, textIn } from "@/app/address";

export type ListedWorkflow = Schemas["ListedWorkflow"];

export const WORKFLOW_STATES = ["active", "inactive"] as const;

/** What the address of the list says. */
export interface ListSearch {
  q?: string;
  folder?: string;
  tag?: string;
  state?: (typeof WORKFLOW_STATES)[number];
  /** By default by name. */
  sort?: WorkflowSort;
}

export const WORKFLOW_SORTS = [
  "-name",
  "-updated_at",
  "updated_at",
  "created_by",
  "-created_by",
] as const;
export type WorkflowSort = (typeof WORKFLOW_SORTS)[number];

export function readSearch(search: Record<string, unknown>): ListSearch {
  return {
    q: textIn(search.q),
    folder: textIn(search.folder),
    tag: textIn(search.tag),
    state: oneOf(WORKFLOW_STATES, search.state),
    sort: oneOf(WORKFLOW_SORTS, search.sort),
  };
}

/** How many bars of executions stand beside a workflow. */
export const RECENT = 20;

export function workflowsQuery({ q, folder, tag, state, sort }: ListSearch) {
  return infiniteQueryOptions({
    queryKey: ["workflows", "list", { q, folder, tag, state, sort }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/workflows", {
          params: {
            query: {
              q: q ?? null,
              folder: folder ?? null,
              tag: tag ?? null,
              published: state ? state === "active" : null,
              cursor: pageParam,
              recent: RECENT,
              ...(sort ? { sort } : {}),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    refetchInterval: 10_000,
  });
}

export const groupsQuery = queryOptions({
  queryKey: ["workflows", "groups"],
  queryFn: () => ask(api.GET("/api/v1/workflow_groups")),
});

/** What the address of the page for a new workflow says. */
export interface NewSearch {
  template?: string;
  folder?: string;
}

export function readNewSearch(search: Record<string, unknown>): NewSearch {
  return { template: textIn(search.template), folder: textIn(search.folder) };
}
