import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { BASE } from "@/api/base";
import { useConnection } from "@/live/connection";

export interface Readiness {
  ok: boolean;
  /** Nothing answers, whatever the browser thinks of its network. */
  isAway?: boolean;
  running?: number;
  queued?: number;
  detail?: string;
}

async function readiness(): Promise<Readiness> {
  try {
    const answer = await fetch(`${BASE}/readyz`);
    const body = (await answer.json()) as Readiness;
    return { ...body, ok: answer.ok };
  } catch {
    return { ok: false, isAway: true };
  }
}

const query = queryOptions({
  queryKey: ["readiness"],
  queryFn: readiness,
  refetchInterval: ({ state }) => (state.data?.isAway ? 2_000 : 10_000),
  staleTime: 5_000,
  // Without a network it shall say so, not wait for one.
  networkMode: "always",
});

/** Whether the server works, asked again at once when something happens to the connection. */
export function useReadiness(): Readiness | undefined {
  const connection = useConnection();
  const { data, refetch } = useQuery(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of it is a reason to ask
  useEffect(() => void refetch(), [connection, refetch]);
  useEffect(() => {
    const ask = () => void refetch();
    for (const each of ["online", "offline"]) addEventListener(each, ask);
    return () => {
      for (const each of ["online", "offline"]) removeEventListener(each, ask);
    };
  }, [refetch]);
  return data;
}

/** Whether the server can't be reached; the status bar asks. */
export function useIsAway(): boolean {
  return useQuery({ ...query, select: ({ isAway }) => isAway === true }).data ?? false;
}
