import { useEffect, useRef, useState } from "react";
import { useNow } from "@/editor/dock/useLiveNodes";
import type { ExecutionDetails } from "@/editor/run/queries";
import { heldNodes, holdNodes } from "@/live/held";
import { nodes } from "@/live/nodes";
import { type Stretch, withUnfinished } from "@/live/replay";
import { Button } from "@/ui/Button";
import { ErrorNotice } from "@/ui/Notice";
import { Scrubber } from "./Scrubber";
import { useMoments } from "./useMoments";

interface TimeTravelProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  /** The moment that is looked at: milliseconds; undefined is the end, or now while it runs. */
  time: number | undefined;
  onTime: (time: number | undefined) => void;
}

const SETTLED_MS = 300;

/** Shows any moment of an execution; one that runs goes on meanwhile. */
export function TimeTravel({ execution, isEnded, time, onTime }: TimeTravelProps) {
  const clock = useNow(!isEnded);
  const created = Date.parse(execution.created_at ?? "");
  const [at, setAt] = useState(time);
  const isLive = at === undefined && !isEnded;
  const wanted = isLive ? null : (at ?? Number.POSITIVE_INFINITY);
  const { stretch, last, error, retry } = useMoments(execution.id, isEnded, wanted);
  const end = isEnded ? (last ?? 0) : Math.max(last ?? 0, clock - created);
  // The address follows after a pause: browsers refuse hundreds of changes of it in a row.
  useEffect(() => {
    if (at === time) return;
    const timer = setTimeout(() => onTime(at), SETTLED_MS);
    return () => clearTimeout(timer);
  });
  useEffect(() => (isLive ? undefined : holdNodes()), [isLive]);
  useEffect(() => {
    if (!stretch || wanted === null) return;
    const state = stretch.replay.stateAt(wanted);
    nodes.replace(isEnded ? state : withUnfinished(state, heldNodes(), created, wanted));
  }, [stretch, wanted, isEnded, created]);
  // What is on its way comes soon; until then one goes on from what is known.
  const latest = useRef<Stretch | undefined>(undefined);
  latest.current = stretch ?? latest.current;
  if (error)
    return (
      <ErrorNotice
        title="This moment can't be shown"
        error={error}
        action={<Button onPress={retry}>Try again</Button>}
      />
    );
  if (isEnded && !last) return null;
  const now = Math.min(at ?? end, end);
  const { changes } = latest.current?.replay ?? { changes: [] };
  // Results that it began with are older than the execution: they are there from its begin on.
  const before = Math.max(
    0,
    changes.findLast((change) => change.at < now)?.at ?? latest.current?.previous ?? 0,
  );
  const next = changes.find((change) => change.at > now)?.at;
  return (
    <Scrubber
      before={isLive ? null : before}
      next={next ?? null}
      end={end}
      now={now}
      begin={execution.created_at}
      isLive={isLive}
      isEnded={isEnded}
      onTime={(wish) => setAt(wish >= end ? undefined : wish)}
    />
  );
}
