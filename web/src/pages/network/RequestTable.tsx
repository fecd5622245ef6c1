import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { ENTRY } from "@/app/shortcuts/useListKeys";
import { Waterfall } from "@/editor/dock/Waterfall";
import { OlderOnes } from "@/ui/OlderOnes";
import { TableTitles } from "@/ui/TableTitles";
import { bytes, duration, moment } from "@/ui/time";
import type { NetworkRequest } from "./queries";

interface RequestTableProps {
  requests: readonly NetworkRequest[];
  names: ReadonlyMap<string, string>;
  /** The one that is looked into: `<execution>.<number>`. */
  selected: string | undefined;
  onSelect: (key: string) => void;
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
}

const TITLES = ["Method", "Host and path", "Status", "Node", "Execution", "Size", "Phases"];

export function keyOf(request: Pick<NetworkRequest, "execution_id" | "seq">): string {
  return `${request.execution_id}.${request.seq}`;
}

/** Requests that have ended, the newest first. */
export function RequestTable(props: RequestTableProps) {
  const { requests, names, selected, onSelect, hasMore, isLoading, onMore } = props;
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto rounded-card border border-line bg-surface"
    >
      <table aria-label="Requests" className="w-full text-sm">
        <TableTitles
          titles={[...TITLES, "Duration", "Time"]}
          className="sticky top-0 z-10 bg-raised text-xs"
          cell="px-3 py-2 whitespace-nowrap"
        />
        <tbody>
          {requests.map((one) => (
            <tr
              key={one.seq}
              aria-current={keyOf(one) === selected ? "true" : undefined}
              className={clsx(
                "scroll-mt-9 border-t border-line focus-within:outline-1 focus-within:-outline-offset-1 focus-within:outline-accent",
                keyOf(one) === selected ? "bg-accent-soft" : "hover:bg-hover",
              )}
            >
              <td className="px-3 py-1 font-mono text-xs">{one.method}</td>
              <td className="max-w-96 px-3">
                <button
                  type="button"
                  {...{ [ENTRY]: keyOf(one) }}
                  title={one.url}
                  className="block min-h-6 max-w-full truncate text-left font-mono text-xs hover:text-accent hover:underline"
                  onClick={() => onSelect(keyOf(one))}
                >
                  {withoutScheme(one.url)}
                </button>
              </td>
              <td className="px-3">
                <RequestStatus status={one.status} error={one.error} />
              </td>
              <td className="px-3">
                <NodeAndItem node={one.node} item={one.item} />
              </td>
              <td className="max-w-48 truncate px-3">
                <Link
                  to="/executions/$executionId"
                  params={{ executionId: one.execution_id }}
                  className="hover:text-accent hover:underline"
                >
                  #{one.number} {names.get(one.workflow_id) ?? "a workflow"}
                </Link>
              </td>
              <td className="num px-3 whitespace-nowrap">{bytes(one.bytes_in)}</td>
              <td className="w-32 px-3">
                <Waterfall timings={one.timings} />
              </td>
              <td className="num px-3 whitespace-nowrap">{duration(one.duration_ms)}</td>
              <td className="px-3 whitespace-nowrap text-muted">
                <time dateTime={one.at}>{moment(one.at)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore && <OlderOnes isLoading={isLoading} onMore={onMore} />}
    </div>
  );
}

export function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, "");
}

/** The node that sent a request, and the item that it was for. */
export function NodeAndItem({ node, item }: Pick<NetworkRequest, "node" | "item">) {
  return (
    <span className="flex max-w-48 gap-2">
      <span className="truncate">{node}</span>
      {item === null ? null : <span className="num whitespace-nowrap text-muted">item {item}</span>}
    </span>
  );
}

/** The status that a server answered with, or that there was no answer. */
export function RequestStatus({ status, error }: Pick<NetworkRequest, "status" | "error">) {
  if (status === null) return <span className="text-danger">{error ? "no answer" : "–"}</span>;
  return <span className={clsx("num", status >= 400 && "text-danger")}>{status}</span>;
}
