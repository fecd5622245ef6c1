import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import type { Data, Delta } from "@/live/frames";
import { stream } from "@/live/stream";

/** A request that is under way. */
export type ActiveRequest = Schemas["HttpStart"];

export type ActiveRequests = ReadonlyMap<string, ActiveRequest>;

/** The requests under way after a frame: those that began are added, those that ended leave. */
export function afterFrame(before: ActiveRequests, { st, ap }: Delta): ActiveRequests {
  const next = new Map(before);
  for (const [id, data] of Object.entries(st ?? {})) next.set(id, data as unknown as ActiveRequest);
  for (const [, key, data] of ap ?? []) if (key === "http") next.delete(String(data.id));
  return next;
}

interface Active {
  requests: ActiveRequests;
  /** Why they can't be followed; null: they can. */
  refused: string | null;
}

/** The requests under way; when some end, the list of those that ended is asked for again. */
export function useActiveRequests(): Active {
  const queryClient = useQueryClient();
  const [active, setActive] = useState<Active>({ requests: new Map(), refused: null });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: ["network", "list"] });
      }, 1_000);
    };
    const leave = stream.follow("network", {
      snapshot: (state: Record<string, Data>) =>
        setActive({
          requests: new Map(Object.entries(state) as unknown as [string, ActiveRequest][]),
          refused: null,
        }),
      delta: (frame) => {
        setActive(({ requests }) => ({ requests: afterFrame(requests, frame), refused: null }));
        if (frame.ap?.some(([, key]) => key === "http") || frame.gap) refresh();
      },
      refused: ({ message }) => setActive({ requests: new Map(), refused: message }),
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [queryClient]);
  return active;
}
