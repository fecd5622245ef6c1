import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { type Span, spansQuery } from "@/editor/run/queries";
import { useLive } from "@/live/execution";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { asStatus, StatusIcon, statusColor } from "@/ui/StatusIcon";
import { duration } from "@/ui/time";
import { MoreSpans } from "./MoreSpans";
import { endOf, isOpen, withOpenSpans } from "./openSpans";
import { PHASES, phasesOf } from "./phases";
import { useLiveNodes, useNow } from "./useLiveNodes";

interface TimelineProps {
  execution: string;
  isEnded: boolean;
  onNode: (id: string) => void;
}

const ROW = 26;
const NONE: readonly Span[] = [];

/** Every attempt and request of an execution as a bar: when it began and how long it took. */
export function Timeline({ execution, isEnded, onNode }: TimelineProps) {
  const [windows, setWindows] = useState(1);
  const found = useQuery(spansQuery(execution, isEnded, windows));
  const scroller = useRef<HTMLDivElement>(null);
  const spans = useSpans(execution, isEnded, found.data?.spans ?? NONE);
  const rows = useVirtualizer({
    count: spans.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  if (found.isError) return <ErrorNotice title="The timeline can't be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={5} />;
  if (spans.length === 0)
    return <EmptyState title="No node has begun yet">It waits for its turn.</EmptyState>;
  const end = Math.max(1, ...spans.map(endOf));
  return (
    <div
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto text-xs"
    >
      <ol aria-label="Timeline" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const span = spans[row.index];
          if (!span) return null;
          return (
            <li
              key={row.key}
              className="absolute top-0 left-0 w-full"
              style={{ height: ROW, transform: `translateY(${row.start}px)` }}
            >
              <SpanRow span={span} end={end} onNode={onNode} />
            </li>
          );
        })}
      </ol>
      <MoreSpans
        shown={found.data.spans.length}
        total={found.data.total}
        isLoading={found.isPlaceholderData}
        onMore={() => setWindows(windows + 1)}
      />
    </div>
  );
}

/** What the server lists, and while it runs also what has not ended yet. */
function useSpans(execution: string, isEnded: boolean, listed: readonly Span[]): readonly Span[] {
  const live = useLive((state) => (state.execution?.id === execution ? state.execution : null));
  const isFollowed = live !== null && !isEnded;
  const nodes = useLiveNodes(isFollowed);
  const now = useNow(isFollowed);
  const created = live?.created_at;
  return useMemo(
    () => (created && isFollowed ? withOpenSpans(listed, nodes, Date.parse(created), now) : listed),
    [created, isFollowed, listed, nodes, now],
  );
}

interface SpanRowProps {
  span: Span;
  end: number;
  onNode: (id: string) => void;
}

function SpanRow({ span, end, onNode }: SpanRowProps) {
  const isRequest = span.kind === "request";
  const title = isRequest
    ? `${String(span.details.method ?? "")} ${String(span.details.url ?? "")}`
    : span.node + (span.attempt > 1 ? ` · attempt ${span.attempt}` : "");
  const left = `${(100 * span.offset_ms) / end}%`;
  const width = `${Math.max(0.3, (100 * (span.duration_ms ?? 0)) / end)}%`;
  return (
    <button
      type="button"
      className="grid h-full w-full grid-cols-[minmax(120px,260px)_1fr_80px] items-center gap-2 px-2 text-left hover:bg-hover"
      onClick={() => onNode(span.node)}
    >
      <span className={isRequest ? "flex min-w-0 gap-1 pl-5 text-muted" : "flex min-w-0 gap-1"}>
        {isRequest ? null : <StatusIcon status={asStatus(span.status)} size={13} />}
        <span className="truncate">{title}</span>
        {span.iteration.length > 0 ? (
          <span className="num text-muted">#{span.iteration.join(".")}</span>
        ) : null}
      </span>
      <span className="relative h-3">
        <span
          className="absolute flex h-full overflow-hidden rounded-[3px]"
          style={{
            left,
            width,
            backgroundColor: isRequest ? "var(--line-strong)" : statusColor(asStatus(span.status)),
          }}
        >
          {isRequest
            ? phasesOf(span.details.timings).map(({ name, share }) => (
                <span
                  key={name}
                  title={name}
                  style={{ width: `${share}%`, backgroundColor: PHASES[name] }}
                />
              ))
            : null}
        </span>
      </span>
      <span className="num text-right text-muted">
        {isOpen(span) ? span.status : duration(span.duration_ms)}
      </span>
    </button>
  );
}
