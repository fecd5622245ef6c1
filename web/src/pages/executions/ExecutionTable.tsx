import { Link } from "@tanstack/react-router";
import { ENTRY } from "@/app/shortcuts/useListKeys";
import { Checkbox } from "@/ui/Checkbox";
import { OlderOnes } from "@/ui/OlderOnes";
import { SortTitle } from "@/ui/SortTitle";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { moment } from "@/ui/time";
import { DurationBar } from "./DurationBar";
import { RowAction } from "./RowAction";
import type { Sort } from "./search";
import type { ExecutionSummary } from "./types";
import { longestOf, useUsualDurations } from "./usual";

interface ExecutionTableProps {
  executions: readonly ExecutionSummary[];
  names: ReadonlyMap<string, string>;
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
  /** The ids of those that are marked. */
  marked: readonly string[];
  onMark: (marked: string[]) => void;
  /** A click with Shift, which is for comparing two. */
  onShiftClick: (id: string) => void;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
}

/** Executions, the newest first; each line leads to its execution. */
export function ExecutionTable(props: ExecutionTableProps) {
  const { executions, names, hasMore, isLoading, onMore, marked, onMark, sort, onSort } = props;
  const { onShiftClick } = props;
  const usual = useUsualDurations(executions);
  const longest = longestOf(executions);
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto rounded-card border border-line bg-surface"
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 z-10 bg-raised text-left text-xs text-muted">
          <tr>
            <td />
            <Title>Status</Title>
            <Title>Workflow</Title>
            <Title>Number</Title>
            <SortTitle<Sort>
              title="Started"
              ascending="created_at"
              descending={undefined}
              first="descending"
              sort={sort}
              onSort={onSort}
              className="px-3 py-1"
            />
            <SortTitle<Sort>
              title="Duration"
              ascending="duration_ms"
              descending="-duration_ms"
              first="descending"
              sort={sort}
              onSort={onSort}
              className="px-3 py-1"
            />
            <th scope="col" className="px-3 py-2 text-right font-semibold">
              Items
            </th>
            <Title>Started by</Title>
            <Title>Failed at</Title>
            <Title>Error</Title>
            <td />
          </tr>
        </thead>
        <tbody>
          {executions.map((one) => (
            <tr
              key={one.id}
              className="scroll-mt-9 border-t border-line focus-within:outline-1 focus-within:-outline-offset-1 focus-within:outline-accent hover:bg-hover"
            >
              <td className="w-8 pl-3">
                <Checkbox
                  aria-label={`Mark #${one.number} of ${names.get(one.workflow_id) ?? "a workflow"}`}
                  isSelected={marked.includes(one.id)}
                  onChange={(isMarked) =>
                    onMark(isMarked ? [...marked, one.id] : marked.filter((id) => id !== one.id))
                  }
                />
              </td>
              <td className="px-3 py-1.5">
                <StatusIcon status={asStatus(one.status)} withWord />
              </td>
              <td className="max-w-64 truncate px-3">
                <Link
                  {...{ [ENTRY]: one.id }}
                  to="/executions/$executionId"
                  params={{ executionId: one.id }}
                  onClick={(event) => {
                    if (!event.shiftKey) return;
                    event.preventDefault();
                    onShiftClick(one.id);
                  }}
                  className="font-semibold hover:text-accent hover:underline"
                >
                  {names.get(one.workflow_id) ?? "a workflow"}
                </Link>
              </td>
              <td className="num px-3 text-muted">#{one.number}</td>
              <td className="px-3 whitespace-nowrap">
                <time dateTime={one.created_at ?? undefined}>{moment(one.created_at)}</time>
              </td>
              <td className="px-3">
                <DurationBar
                  milliseconds={one.duration_ms}
                  longest={longest.get(one.workflow_id) ?? 0}
                  usual={usual.get(one.workflow_id) ?? null}
                />
              </td>
              <td className="num px-3 text-right">{one.items_out?.toLocaleString("en") ?? "–"}</td>
              <td className="px-3 text-muted">{one.source}</td>
              <td className="max-w-40 truncate px-3 font-mono text-xs">{nodeOf(one)}</td>
              <td className="max-w-96 truncate px-3 text-danger" title={errorText(one)}>
                {errorText(one)}
              </td>
              <td className="w-8 pr-2">
                <RowAction execution={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore && <OlderOnes isLoading={isLoading} onMore={onMore} />}
    </div>
  );
}

function Title({ children }: { children: string }) {
  return (
    <th scope="col" className="px-3 py-2 font-semibold">
      {children}
    </th>
  );
}

function errorText(one: ExecutionSummary): string {
  const message = one.error?.message;
  return typeof message === "string" ? message : "";
}

/** The node at which it failed, where it was a single one. */
function nodeOf(one: ExecutionSummary): string {
  const node = one.error?.node;
  return typeof node === "string" ? node : "";
}
