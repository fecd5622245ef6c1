import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { itemOf } from "@/editor/run/itemOf";
import { type Span, type SpanChoice, spansQuery } from "@/editor/run/spans";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { bytes, duration } from "@/ui/time";
import { CopyRequest } from "./CopyRequest";
import { MoreSpans } from "./MoreSpans";
import { Waterfall } from "./Waterfall";

interface NetworkViewProps {
  execution: string;
  isEnded: boolean;
  /** Goes to what a request did. */
  onSpan: (span: Span) => void;
  /** Goes to the item that it was for. */
  onItem: (span: Span) => void;
}

const REQUESTS: SpanChoice = { kind: "request" };
const TITLES = ["Method", "URL", "Status", "Node", "Item", "Size", "Phases", "Time", ""];

/** The HTTP requests of an execution, each with its phases; secrets are masked by the server. */
export function NetworkView({ execution, isEnded, onSpan, onItem }: NetworkViewProps) {
  const [windows, setWindows] = useState(1);
  const found = useQuery(spansQuery(execution, isEnded, windows, REQUESTS));
  if (found.isError) return <ErrorNotice title="The requests can't be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={5} />;
  const requests = found.data.spans;
  const more = (
    <MoreSpans
      shown={requests.length}
      total={found.data.total}
      isLoading={found.isPlaceholderData}
      onMore={() => setWindows(windows + 1)}
    />
  );
  if (requests.length === 0)
    return <EmptyState title="No requests">Nothing was sent to the outside.</EmptyState>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div tabIndex={0} className="min-h-0 flex-1 overflow-auto">
      <table className="w-full text-xs">
        <thead className="sticky top-0 bg-raised text-left text-muted">
          <tr>
            {TITLES.map((title) => (
              <th key={title} scope="col" className="px-2 py-1 font-semibold">
                {title || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {requests.map((span) => {
            const { method, url, status, error } = span.details;
            const item = itemOf(span.details);
            return (
              <tr
                key={span.seq}
                className="cursor-pointer border-t border-line hover:bg-hover"
                onClick={({ target, currentTarget }) => {
                  // Not what does something else, nor a menu's entries, which are drawn elsewhere.
                  const hit = target as Element;
                  if (!currentTarget.contains(hit) || hit.closest("[data-own]")) return;
                  if (getSelection()?.isCollapsed !== false) onSpan(span);
                }}
              >
                <td className="px-2 font-mono">{String(method ?? "")}</td>
                <td className="max-w-80 truncate px-2 font-mono" title={String(url ?? "")}>
                  {String(url ?? "")}
                </td>
                <td className={error ? "px-2 text-danger" : "num px-2"}>
                  {String(status ?? error ?? "–")}
                </td>
                <td className="px-2">
                  <button type="button" className="text-accent hover:underline">
                    {span.node}
                  </button>
                </td>
                <td className="num px-2">
                  {item === undefined ? null : (
                    <button
                      type="button"
                      data-own
                      aria-label={`Item ${item} of the input`}
                      className="min-w-6 text-left text-accent hover:underline"
                      onClick={() => onItem(span)}
                    >
                      {item}
                    </button>
                  )}
                </td>
                <td className="num px-2">{bytes(span.details.bytes_in as number | null)}</td>
                <td className="w-40 px-2">
                  <Waterfall timings={span.details.timings} />
                </td>
                <td className="num px-2">{duration(span.duration_ms)}</td>
                <td className="px-1" data-own>
                  <CopyRequest execution={execution} node={span.node} seq={span.seq} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more}
    </div>
  );
}
