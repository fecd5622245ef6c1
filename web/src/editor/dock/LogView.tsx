import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { useEffect, useRef, useState } from "react";
import { logQuery } from "@/editor/run/queries";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { Skeleton } from "@/ui/Skeleton";
import { moment } from "@/ui/time";

interface LogViewProps {
  execution: string;
  isEnded: boolean;
  onNode: (id: string) => void;
}

const COLORS: Record<string, string> = {
  error: "text-danger",
  warning: "text-warning",
  debug: "text-muted",
};

/** The log of an execution, the newest line last; it follows the end while somebody is there. */
export function LogView({ execution, isEnded, onNode }: LogViewProps) {
  const found = useQuery(logQuery(execution, isEnded));
  const [wanted, setWanted] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const text = wanted.toLowerCase();
  const lines = (found.data ?? []).filter(
    (line) =>
      line.message.toLowerCase().includes(text) || (line.node ?? "").toLowerCase().includes(text),
  );
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  useEffect(() => {
    if (isAtEnd.current && lines.length > 0) rows.scrollToIndex(lines.length - 1);
  }, [lines.length, rows]);
  if (found.isError) return <ErrorNotice title="The log can't be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={5} />;
  if (found.data.length === 0)
    return (
      <EmptyState title="No log lines">
        Nodes write here what they do beside their items: retries, prints of code, warnings.
      </EmptyState>
    );
  return (
    <>
      <div className="p-2">
        <SearchField label="Search in the log" value={wanted} onChange={setWanted} />
      </div>
      <div
        ref={scroller}
        role="log"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto font-mono text-xs"
        onScroll={({ currentTarget: box }) => {
          isAtEnd.current = box.scrollTop + box.clientHeight > box.scrollHeight - 30;
        }}
      >
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            if (!line) return null;
            return (
              <div
                key={row.key}
                ref={rows.measureElement}
                data-index={row.index}
                className="absolute top-0 left-0 flex w-full gap-2 px-2"
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <time className="shrink-0 text-muted">{moment(line.at)}</time>
                <span className={clsx("w-14 shrink-0", COLORS[line.level])}>{line.level}</span>
                {line.node ? (
                  <button
                    type="button"
                    className="shrink-0 text-accent hover:underline"
                    onClick={() => line.node && onNode(line.node)}
                  >
                    {line.node}
                  </button>
                ) : null}
                <span className="break-all whitespace-pre-wrap">{line.message}</span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
