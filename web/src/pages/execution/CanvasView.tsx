import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { readDocument } from "@/editor/document/convert";
import { type ExecutionDetails, spansQuery } from "@/editor/run/queries";
import { nodes } from "@/live/nodes";
import { changesOf, Replay } from "@/live/replay";
import { versionQuery } from "@/pages/workflow/queries";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { Drawing } from "./Drawing";
import { Scrubber } from "./Scrubber";

interface CanvasViewProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  /** The moment that is looked at: milliseconds; undefined is the end. */
  time: number | undefined;
  onTime: (time: number | undefined) => void;
  onNode: (id: string) => void;
}

/** The workflow as it was run, with the state of each node at any moment of the execution. */
export function CanvasView({ execution, isEnded, time, onTime, onNode }: CanvasViewProps) {
  const [version, spans] = useQueries({
    queries: [
      versionQuery(execution.workflow_id, execution.version_hash),
      spansQuery(execution.id, isEnded),
    ],
  });
  const document = useMemo(
    () => (version.data ? readDocument(version.data.document) : null),
    [version.data],
  );
  const error = version.error ?? spans.error;
  if (error) return <ErrorNotice title="The canvas can't be shown" error={error} />;
  if (!document || !spans.data) return <Skeleton lines={8} />;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Drawing document={document} onNode={onNode} />
      {isEnded ? (
        <TimeTravel
          spans={spans.data.spans}
          total={spans.data.total}
          begin={execution.created_at}
          time={time}
          onTime={onTime}
        />
      ) : (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">
          It runs: this is now. When it has ended, any moment of it can be looked at.
        </p>
      )}
    </div>
  );
}

interface TimeTravelProps {
  spans: Parameters<typeof changesOf>[0];
  total: number;
  begin: string | null;
  time: number | undefined;
  onTime: (time: number | undefined) => void;
}

const SETTLED_MS = 300;

function TimeTravel({ spans, total, begin, time, onTime }: TimeTravelProps) {
  const replay = useMemo(() => new Replay(changesOf(spans)), [spans]);
  const end = replay.changes.at(-1)?.at ?? 0;
  const [now, setNow] = useState(Math.min(time ?? end, end));
  // The address follows after a pause: browsers refuse hundreds of changes of it in a row.
  useEffect(() => {
    const settled = now >= end ? undefined : now;
    if (settled === time) return;
    const timer = setTimeout(() => onTime(settled), SETTLED_MS);
    return () => clearTimeout(timer);
  });
  useEffect(() => nodes.replace(replay.stateAt(now)), [replay, now]);
  // Whoever comes after this view sees how it ended.
  useEffect(() => () => nodes.replace(replay.stateAt(Number.POSITIVE_INFINITY)), [replay]);
  if (replay.changes.length === 0) return null;
  return (
    <>
      {total > spans.length ? (
        <Notice className="mx-4 mb-2">
          The first {spans.length} of {total} attempts and requests can be gone through.
        </Notice>
      ) : null}
      <Scrubber replay={replay} end={end} now={now} begin={begin} onTime={setNow} />
    </>
  );
}
