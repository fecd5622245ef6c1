import { clsx } from "clsx";
import { ChevronDown, ChevronRight } from "lucide-react";
import { asStatus, StatusIcon, statusColor } from "@/ui/StatusIcon";
import { duration } from "@/ui/time";
import { endOf, isOpen } from "./openSpans";
import { PHASES, phasesOf } from "./phases";
import type { TraceRow } from "./traceRows";
import { percentOf, type TimeView } from "./traceZoom";

/** The columns of a trace: name, bar, time, items. */
export const COLUMNS =
  "grid grid-cols-[clamp(110px,34%,260px)_1fr_60px_44px] items-center gap-2 px-2";

/** The column is narrow, and what tells requests apart is their path. */
const SCHEME = / https?:\/\//;

interface SpanRowProps {
  row: TraceRow;
  /** The part of the time that the width stands for. */
  view: TimeView;
  /** The moment that is looked at. */
  cursor: number | null;
  isSelected: boolean;
  isFolded: boolean;
  onFold: () => void;
  onOpen: () => void;
}

/** One attempt or request: its name, when it was, how long it took, and how many items it gave. */
export function SpanRow(props: SpanRowProps) {
  const { row, view, cursor, isSelected, isFolded, onFold, onOpen } = props;
  const { span, isInside, requests } = row;
  const isRequest = span.kind === "request";
  const title = isRequest
    ? `${String(span.details.method ?? "")} ${String(span.details.url ?? "")}`.replace(SCHEME, " ")
    : span.node + (span.attempt > 1 ? ` · attempt ${span.attempt}` : "");
  return (
    <div className="relative h-full">
      {requests > 0 ? (
        <button
          type="button"
          aria-label={`Requests of ${title}`}
          aria-expanded={!isFolded}
          className="absolute top-0 left-0 z-1 grid h-full w-6 place-items-center text-muted hover:text-text"
          onClick={onFold}
        >
          {isFolded ? (
            <ChevronRight size={13} aria-hidden />
          ) : (
            <ChevronDown size={13} aria-hidden />
          )}
        </button>
      ) : null}
      <button
        type="button"
        data-row
        aria-current={isSelected ? "true" : undefined}
        className={clsx(
          COLUMNS,
          "h-full w-full text-left",
          isSelected ? "bg-accent-soft" : "hover:bg-hover",
        )}
        onClick={onOpen}
      >
        <span
          className={clsx("flex min-w-0 items-center gap-1", isInside ? "pl-9 text-muted" : "pl-4")}
        >
          {isRequest ? null : <StatusIcon status={asStatus(span.status)} size={13} />}
          <span className="truncate" title={title}>
            {title}
          </span>
          {span.iteration.length > 0 ? (
            <span className="num text-muted">#{span.iteration.join(".")}</span>
          ) : null}
        </span>
        <Bar row={row} view={view} cursor={cursor} />
        <span className="num text-right text-muted">
          {isOpen(span) ? span.status : duration(span.duration_ms)}
        </span>
        <Result row={row} />
      </button>
    </div>
  );
}

function Bar({ row: { span }, view, cursor }: Pick<SpanRowProps, "row" | "view" | "cursor">) {
  const isRequest = span.kind === "request";
  const left = percentOf(span.offset_ms, view);
  const moment = cursor === null ? null : percentOf(Math.min(cursor, view.to), view);
  return (
    <span className="relative h-3 overflow-x-clip">
      {moment === null || moment < 0 ? null : (
        <span
          aria-hidden
          className="absolute -inset-y-2 w-px bg-accent"
          style={{ left: `${moment}%` }}
        />
      )}
      <span
        className="absolute flex h-full overflow-hidden rounded-[3px]"
        style={{
          left: `${left}%`,
          width: `${Math.max(0.3, percentOf(endOf(span), view) - left)}%`,
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
  );
}

/** How many items an attempt gave; with which status a request was answered. */
function Result({ row: { span } }: Pick<SpanRowProps, "row">) {
  if (span.kind === "attempt")
    return (
      <span className="num text-right text-muted">{String(span.details.items_out ?? "")}</span>
    );
  const { status, error } = span.details;
  const hasFailed = Boolean(error) || Number(status) >= 400;
  return (
    <span className={clsx("num text-right", hasFailed ? "text-danger" : "text-muted")}>
      {String(status ?? "✗")}
      {hasFailed ? <span className="sr-only"> failed</span> : null}
    </span>
  );
}
