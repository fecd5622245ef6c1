import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { textOf } from "@/api/problem";
import { histogramTime, timeOf } from "@/pages/executions/queries";
import { toast } from "@/ui/toast";
import type { SecuritySearch } from "./search";

export type SecurityEvent = Schemas["SecurityEvent"];

/** So many can be acknowledged at once. */
export const MOST_AT_ONCE = 200;

export function eventsQuery(search: SecuritySearch) {
  return infiniteQueryOptions({
    queryKey: ["security_events", "list", search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/security_events", {
          params: {
            query: { ...filterOf(search), ...timeOf(search), cursor: pageParam },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    refetchInterval: 10_000,
  });
}

/** How many of the events that fit there were when, by severity. */
export function rateQuery(search: SecuritySearch) {
  return queryOptions({
    queryKey: ["security_events", "rate", search],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/security_events/histogram", {
          params: { query: { ...filterOf(search), ...histogramTime(search) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    retry: false,
  });
}

function filterOf(search: SecuritySearch) {
  return {
    severity: search.severity ? [search.severity] : [],
    event_type: search.type?.toUpperCase() ?? null,
    ack: search.ack ? search.ack === "yes" : null,
  };
}

/** Say that one has looked at some events. */
export function useAcknowledge() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { seqs: number[]; note: string }) =>
      ask(api.POST("/api/v1/security_events/acknowledge", { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["security_events"] }),
    onError: (error) => toast("error", `Not acknowledged: ${textOf(error)}`),
  });
}
