import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { type Span, type SpanChoice, spansQuery } from "@/editor/run/spans";
import { useLive } from "@/live/execution";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { MoreSpans } from "./MoreSpans";
import { endOf, withOpenSpans } from "./openSpans";
import { choiceOf, type Only } from "./search";
import { TraceFilter } from "./TraceFilter";
import { TraceRows } from "./TraceRows";
import { TraceZoom } from "./TraceZoom";
import { fits, traceRows } from "./traceRows";
import { useLiveNodes, useNow } from "./useLiveNodes";
import { useTimeView } from "./useTimeView";
import { useWhole } from "./useWhole";

interface TimelineProps {
  execution: string;
  isEnded: boolean;
  /** Goes to what an attempt or a request did. */
  onSpan: (span: Span) => void;
  /** The one that is looked at (`a12`, `r3`). */
  selected?: string | undefined;
  /** The moment that is looked at: milliseconds since the execution was created. */
  cursor?: number | undefined;
}

const NONE: readonly Span[] = [];
const EVERYTHING: readonly Only[] = [];

/** Every attempt and request of an execution as a bar: when it began and how long it took. */
export function Timeline({ execution, isEnded, onSpan, selected, cursor }: TimelineProps) {
  const [windows, setWindows] = useState(1);
  const { only, choice, choose } = useOnly();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const found = useQuery(spansQuery(execution, isEnded, windows, choice));
  const spans = useSpans(execution, isEnded, found.data?.spans ?? NONE, choice);
  const rows = useMemo(() => traceRows(spans, folded), [spans, folded]);
  const whole = useWhole(execution, isEnded);
  const [asked, setView] = useTimeView();
  const end = rows.reduce((last, { span }) => Math.max(last, endOf(span)), whole?.end || 1);
  // No time of this execution: an address that somebody changed by hand.
  const view = asked && asked.from < end ? asked : null;
  const latestEnd = useRef(end);
  latestEnd.current = end;
  // Not drawn again with each event of an execution that runs.
  const filter = useMemo(
    () => (
      <TraceFilter
        value={only}
        onChange={(next) => {
          choose(next);
          setWindows(1);
        }}
      >
        <TraceZoom view={view} end={latestEnd} onView={setView} />
      </TraceFilter>
    ),
    [only, choose, view, setView],
  );
  if (found.isError) return <ErrorNotice title="The timeline can't be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={5} />;
  if (spans.length === 0 && only.length === 0)
    return <EmptyState title="No node has begun yet">It waits for its turn.</EmptyState>;
  const fold = (key: string) => {
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    setFolded(next);
  };
  return (
    <>
      {filter}
      {rows.length === 0 ? (
        <EmptyState
          title="Nothing fits"
          action={<Button onPress={() => choose(EVERYTHING)}>Show everything</Button>}
        >
          No attempt and no request is like that.
        </EmptyState>
      ) : (
        <TraceRows
          rows={rows}
          whole={whole}
          end={end}
          view={view}
          onView={setView}
          folded={folded}
          onFold={fold}
          onSpan={onSpan}
          selected={selected}
          cursor={cursor ?? null}
          more={
            <MoreSpans
              shown={found.data.spans.length}
              total={found.data.total}
              isLoading={found.isPlaceholderData}
              onMore={() => setWindows(windows + 1)}
            />
          }
        />
      )}
    </>
  );
}

/** Which of them are shown, as the address says. */
function useOnly() {
  const only =
    useSearch({ strict: false, select: (search) => search.only, structuralSharing: true }) ??
    EVERYTHING;
  const change = useChangeAddress();
  return {
    only,
    choice: useMemo(() => choiceOf(only), [only]),
    choose: useCallback(
      (next: readonly Only[]) => change({ only: next.length > 0 ? [...next] : undefined }),
      [change],
    ),
  };
}

/** What the server lists, and while it runs also what has not ended yet. */
function useSpans(
  execution: string,
  isEnded: boolean,
  listed: readonly Span[],
  choice: SpanChoice,
): readonly Span[] {
  const live = useLive((state) => (state.execution?.id === execution ? state.execution : null));
  const isFollowed = live !== null && !isEnded;
  const nodes = useLiveNodes(isFollowed);
  const now = useNow(isFollowed);
  const created = live?.created_at;
  return useMemo(() => {
    if (!created || !isFollowed) return listed;
    const known = new Set(listed);
    const all = withOpenSpans(listed, nodes, Date.parse(created), now);
    return all.filter((span) => known.has(span) || fits(span, choice));
  }, [created, isFollowed, listed, nodes, now, choice]);
}
