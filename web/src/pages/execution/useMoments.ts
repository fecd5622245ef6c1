import { useEffect, useRef, useState } from "react";
import { askMoments } from "@/editor/run/queries";
import { covers, type Stretch, stretchOf } from "@/live/replay";

/** So many stretches are kept. */
const KEPT = 20;
/** While it runs, what is stored of an execution grows, also before what is known of it. */
const STALE_MS = 1_000;
const LATEST = 1e13;

interface Known {
  stretches: readonly Stretch[];
  /** The last change of the execution so far. */
  last: number | null;
}

const NOTHING: Known = { stretches: [], last: null };

/**
 * What changed around a moment of an execution. One stretch is asked for at a time; while it is on
 * its way, the moment may move on.
 */
export function useMoments(execution: string, isEnded: boolean, at: number | null) {
  const [known, setKnown] = useState(NOTHING);
  const [error, setError] = useState<unknown>(null);
  const [isAsking, setAsking] = useState(false);
  const asked = useRef(0);
  useEffect(() => {
    setKnown(({ last }) => ({ stretches: [], last }));
    asked.current += 1;
    setAsking(false);
    if (isEnded) return;
    const timer = setInterval(() => setKnown(({ last }) => ({ stretches: [], last })), STALE_MS);
    return () => clearInterval(timer);
  }, [isEnded]);
  const stretch = at === null ? undefined : known.stretches.findLast((each) => covers(each, at));
  const isMissing = at !== null && stretch === undefined;
  useEffect(() => {
    if (!isMissing || isAsking || error !== null || at === null) return;
    const mine = asked.current;
    setAsking(true);
    askMoments(execution, Math.min(at, LATEST))
      .then((found) => {
        if (mine !== asked.current) return;
        setKnown(({ stretches }) => ({
          stretches: [...stretches.slice(1 - KEPT), stretchOf(found)],
          last: found.last_ms,
        }));
      })
      .catch((problem: unknown) => setError(problem))
      .finally(() => mine === asked.current && setAsking(false));
  }, [isMissing, isAsking, error, at, execution]);
  return { stretch, last: known.last, error, retry: () => setError(null) };
}
