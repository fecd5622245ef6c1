import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { nodes } from "@/live/nodes";
import type { LiveNode } from "./openSpans";

let version = 0;
nodes.subscribeAll(() => {
  version += 1;
});

/** All nodes of the shown execution as they are now; while `isFollowed` they are read anew. */
export function useLiveNodes(isFollowed: boolean): readonly LiveNode[] {
  const current = useSyncExternalStore(nodes.subscribeAll, () => (isFollowed ? version : -1));
  return useMemo(
    () => (current < 0 ? [] : [...nodes.all()].map(([node, live]) => ({ node, live }))),
    [current],
  );
}

const TICK_MS = 250;

/** The time in milliseconds, four times a second while `isTicking`. */
export function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
