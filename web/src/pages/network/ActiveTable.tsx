import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { TableTitles } from "@/ui/TableTitles";
import { duration } from "@/ui/time";
import type { ActiveRequests } from "./active";
import { NodeAndItem, withoutScheme } from "./RequestTable";
import type { NetworkSearch } from "./search";

interface ActiveTableProps {
  requests: ActiveRequests;
  search: NetworkSearch;
}

/** Requests under way, those that take longest first. */
export function ActiveTable({ requests, search }: ActiveTableProps) {
  const now = useNow();
  const shown = [...requests.values()]
    .filter(
      ({ url, method }) =>
        (!search.method || method === search.method) &&
        (!search.host || hostOf(url) === search.host) &&
        (!search.q || url.toLowerCase().includes(search.q.toLowerCase())),
    )
    .sort((one, other) => one.at - other.at);
  if (shown.length === 0)
    return (
      <EmptyState title="No request is under way">
        A request appears here the moment that a node sends it, and leaves when it has ended.
      </EmptyState>
    );
  return (
    <div className="min-h-0 flex-1 overflow-auto rounded-card border border-line bg-surface">
      <table aria-label="Requests under way" className="w-full text-sm">
        <TableTitles
          titles={["Method", "Host and path", "Node", "So far", "Execution"]}
          className="bg-raised text-xs"
          cell="px-3 py-2"
        />
        <tbody>
          {shown.map((one) => (
            <tr key={one.id} className="border-t border-line">
              <td className="px-3 py-1.5 font-mono text-xs">{one.method}</td>
              <td className="max-w-xl truncate px-3 font-mono text-xs" title={one.url}>
                {withoutScheme(one.url)}
              </td>
              <td className="px-3">
                <NodeAndItem node={one.node} item={one.item} />
              </td>
              <td className="num px-3">{duration(Math.max(0, now - one.at / 1_000))}</td>
              <td className="px-3">
                <Link
                  to="/executions/$executionId"
                  params={{ executionId: one.execution_id }}
                  className="text-accent hover:underline"
                >
                  Open
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

/** The time, once a second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
