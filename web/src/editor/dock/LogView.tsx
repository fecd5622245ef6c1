import { useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { useEffect, useRef } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import type { StoredLogLine } from "@/editor/run/logs";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { TypedSearch } from "@/ui/TypedSearch";
import { moment } from "@/ui/time";
import { useLogLines } from "./useLogLines";

interface LogViewProps {
  execution: string;
  isEnded: boolean;
  /** Goes to what a line is about. */
  onLine: (line: StoredLogLine) => void;
  /** Only the lines of this node, in this iteration of the loops around it. */
  node?: string;
  path?: string;
}

/** The height of a line that is not broken: as `leading-6` says, so that its button can be hit. */
const LINE = 24;

const COLORS: Record<string, string> = {
  error: "text-danger",
  warning: "text-warning",
  debug: "text-muted",
};

/**
 * The log of an execution, the newest line last; it follows the end while somebody is there. Lines
 * are read when they come into sight, so that a log may have any number of them.
 */
export function LogView({ execution, isEnded, onLine, node, path }: LogViewProps) {
  const q = useSearch({ strict: false, select: (search) => search.log }) ?? "";
  const change = useChangeAddress();
  const { total, isReady, error, lineAt, setSeen } = useLogLines(
    execution,
    { q, node, path },
    isEnded,
  );
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  const visible = rows.getVirtualItems();
  const seen = `${visible[0]?.index} ${visible.at(-1)?.index}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when other lines come into sight
  useEffect(() => setSeen(visible.map((row) => row.index)), [seen]);
  useEffect(() => {
    if (isAtEnd.current && total > 0) rows.scrollToIndex(total - 1);
  }, [total, rows]);
  if (error) return <ErrorNotice title="The log can't be read" error={error} />;
  if (!isReady) return <Skeleton lines={5} />;
  if (total === 0 && q === "")
    return (
      <EmptyState title="No log lines">
        Nodes write here what they do beside their items: retries, prints of code, warnings.
      </EmptyState>
    );
  return (
    <>
      <div className="flex items-center gap-3 p-2">
        <TypedSearch
          label="Search in the log"
          value={q}
          onChange={(log) => change({ log: log || undefined })}
        />
        <span role="status" className="num text-xs text-muted">
          {total === 1 ? "1 line" : `${total.toLocaleString("en")} lines`}
        </span>
      </div>
      <div
        ref={scroller}
        role="log"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto font-mono text-xs leading-6"
        onKeyDown={(event) => {
          const { key, target, currentTarget } = event;
          if (target !== currentTarget || (key !== "Home" && key !== "End")) return;
          // Lines that are measured on the way would stop the browser's own way to the ends.
          event.preventDefault();
          rows.scrollToIndex(key === "Home" ? 0 : total - 1);
        }}
        onScroll={({ currentTarget: box }) => {
          isAtEnd.current = box.scrollTop + box.clientHeight > box.scrollHeight - 30;
        }}
      >
        {total === 0 ? (
          <p className="p-2 font-sans text-sm text-muted">No line holds “{q}”.</p>
        ) : null}
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="absolute top-0 left-0 w-full px-2"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <Line line={lineAt(row.index)} onLine={onLine} />
            </div>
          ))}
        </div>
      </div>
    </>
  );
}

interface LineProps {
  line: StoredLogLine | undefined;
  onLine: (line: StoredLogLine) => void;
}

function Line({ line, onLine }: LineProps) {
  if (!line) return <span className="text-muted">…</span>;
  const { node_id: node, path } = line;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the node's button is the keyboard's way
    // biome-ignore lint/a11y/useKeyWithClickEvents: the same
    <div
      className={clsx("flex gap-2", node && "cursor-pointer hover:bg-hover")}
      onClick={() => {
        // Who marks text to copy it does not want to go anywhere.
        if (node && getSelection()?.isCollapsed !== false) onLine(line);
      }}
    >
      <time className="shrink-0 text-muted">{moment(line.at)}</time>
      <span className={clsx("w-14 shrink-0", COLORS[line.level])}>{line.level}</span>
      {node ? (
        <button type="button" className="min-w-6 shrink-0 text-left text-accent hover:underline">
          {node}
          {path.length > 0 ? ` #${path.join(".")}` : ""}
        </button>
      ) : null}
      <span className="min-w-0 break-all whitespace-pre-wrap">{line.message}</span>
    </div>
  );
}
