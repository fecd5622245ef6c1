import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { type Span, type SpanChoice, spanKey, spansQuery } from "@/editor/run/spans";
import { useLive } from "@/live/execution";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { MoreSpans } from "./MoreSpans";
import { endOf, withOpenSpans } from "./openSpans";
import { COLUMNS, SpanRow } from "./SpanRow";
import { TraceFilter } from "./TraceFilter";
import { fits, scaleText, type TraceRow, traceRows } from "./traceRows";
import { useLiveNodes, useNow } from "./useLiveNodes";

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

const ROW = 26;
const NONE: readonly Span[] = [];
const EVERYTHING: SpanChoice = {};

/** Every attempt and request of an execution as a bar: when it began and how long it took. */
export function Timeline({ execution, isEnded, onSpan, selected, cursor }: TimelineProps) {
  const [windows, setWindows] = useState(1);
  const [choice, setChoice] = useState(EVERYTHING);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const found = useQuery(spansQuery(execution, isEnded, windows, choice));
  const spans = useSpans(execution, isEnded, found.data?.spans ?? NONE, choice);
  const rows = useMemo(() => traceRows(spans, folded), [spans, folded]);
  if (found.isError) return <ErrorNotice title="The timeline can't be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={5} />;
  const isFiltered = Object.keys(choice).length > 0;
  if (spans.length === 0 && !isFiltered)
    return <EmptyState title="No node has begun yet">It waits for its turn.</EmptyState>;
  const fold = (key: string) => {
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    setFolded(next);
  };
  return (
    <>
      <TraceFilter
        value={choice}
        onChange={(next) => {
          setChoice(next);
          setWindows(1);
        }}
      />
      {rows.length === 0 ? (
        <EmptyState
          title="Nothing fits"
          action={<Button onPress={() => setChoice(EVERYTHING)}>Show everything</Button>}
        >
          No attempt and no request is like that.
        </EmptyState>
      ) : (
        <Rows
          rows={rows}
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

interface RowsProps {
  rows: readonly TraceRow[];
  folded: ReadonlySet<string>;
  onFold: (key: string) => void;
  onSpan: (span: Span) => void;
  selected: string | undefined;
  cursor: number | null;
  more: React.ReactNode;
}

const TICKS = [0, 0.5, 1];

function Rows({ rows, folded, onFold, onSpan, selected, cursor, more }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const end = rows.reduce((latest, { span }) => Math.max(latest, endOf(span)), 1);
  return (
    <div
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto text-xs"
    >
      <div
        aria-hidden
        className={`${COLUMNS} num sticky top-0 z-2 border-b border-line bg-raised py-1 text-2xs text-muted`}
      >
        <span className="pl-4">Name</span>
        <span className="flex justify-between whitespace-nowrap">
          {TICKS.map((share) => (
            <span key={share}>{scaleText(end * share, end)}</span>
          ))}
        </span>
        <span className="text-right">Time</span>
        <span className="text-right">Items</span>
      </div>
      <ol
        aria-label="Timeline"
        className="relative"
        style={{ height: list.getTotalSize() }}
        onKeyDown={(event) => {
          const row = (event.target as Element).closest("li")?.dataset.index;
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (row === undefined || step === undefined) return;
          event.preventDefault();
          list.scrollToIndex(Number(row) + step);
          scroller.current
            ?.querySelector<HTMLElement>(`[data-index="${Number(row) + step}"] [data-row]`)
            ?.focus({ preventScroll: true });
        }}
      >
        {list.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <li
              key={key}
              data-index={index}
              className="absolute top-0 left-0 w-full"
              style={{ height: ROW, transform: `translateY(${start}px)` }}
            >
              <SpanRow
                row={row}
                end={end}
                cursor={cursor}
                isSelected={selected === spanKey(row.span)}
                isFolded={folded.has(row.key)}
                onFold={() => onFold(row.key)}
                onOpen={() => onSpan(row.span)}
              />
            </li>
          );
        })}
      </ol>
      {more}
    </div>
  );
}
