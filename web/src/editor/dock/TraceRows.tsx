import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import { type Span, spanKey } from "@/editor/run/spans";
import { COLUMNS, SpanRow } from "./SpanRow";
import { scaleText, type TraceRow } from "./traceRows";
import { type TimeView, viewOf } from "./traceZoom";
import { useTraceZoom } from "./useTraceZoom";
import { type Whole, WholeRows } from "./WholeRows";

const ROW = 26;

interface TraceRowsProps {
  rows: readonly TraceRow[];
  whole: Whole | undefined;
  /** The whole time, in milliseconds. */
  end: number;
  /** The part of it that is seen. */
  view: TimeView | null;
  onView: (view: TimeView | null) => void;
  folded: ReadonlySet<string>;
  onFold: (key: string) => void;
  onSpan: (span: Span) => void;
  selected: string | undefined;
  cursor: number | null;
  more: ReactNode;
}

const TICKS = [0, 0.5, 1];

/** The rows of a trace below their scale; the time is zoomed by Shift and the wheel, + and -. */
export function TraceRows(props: TraceRowsProps) {
  const { rows, whole, end, view, onView } = props;
  const { folded, onFold, onSpan, selected, cursor, more } = props;
  const scale = useRef<HTMLSpanElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const seen = viewOf(view, end);
  useTraceZoom({ scroller, scale, view, end, onView });
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
        <span ref={scale} className="flex justify-between whitespace-nowrap">
          {TICKS.map((share) => (
            <span key={share}>
              {scaleText(seen.from + (seen.to - seen.from) * share, seen.to - seen.from)}
            </span>
          ))}
        </span>
        <span className="text-right">Time</span>
        <span className="text-right">Items</span>
      </div>
      {whole ? <WholeRows whole={whole} view={seen} /> : null}
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
                view={seen}
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
