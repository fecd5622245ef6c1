import { useQuery } from "@tanstack/react-query";
import { executionQuery } from "@/editor/run/queries";
import { useNow } from "./useLiveNodes";
import type { Whole } from "./WholeRows";

/** When an execution was begun and ended; undefined until it is known. */
export function useWhole(id: string, isEnded: boolean): Whole | undefined {
  const { data: execution } = useQuery({
    ...executionQuery(id),
    // It begins once and ends once: in between nothing of this changes.
    refetchInterval: ({ state: { data } }) =>
      data?.started_at && (data.finished_at || !isEnded) ? false : 1_000,
  });
  const now = useNow(!isEnded);
  if (!execution?.created_at) return undefined;
  const created = Date.parse(execution.created_at);
  const since = (iso: string) => Math.max(0, Date.parse(iso) - created);
  return {
    status: execution.status,
    begin: execution.started_at ? since(execution.started_at) : null,
    end: execution.finished_at ? since(execution.finished_at) : Math.max(0, now - created),
  };
}
