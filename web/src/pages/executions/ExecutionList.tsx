import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { stream } from "@/live/stream";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { ExecutionFilters } from "./ExecutionFilters";
import { ExecutionTable } from "./ExecutionTable";
import { Histogram } from "./Histogram";
import { MarkedBar } from "./MarkedBar";
import { useWorkflowNames } from "./names";
import { executionsQuery, histogramQuery } from "./queries";
import type { ExecutionsSearch } from "./search";
import { useCompare } from "./useCompare";
import { useExecutionKeys } from "./useExecutionKeys";

interface ExecutionListProps {
  search: ExecutionsSearch;
  onChange: (search: ExecutionsSearch) => void;
  /** Only those of this workflow. */
  workflow?: string;
  title?: ReactNode;
}

/** Executions with filters that the server answers; several can be marked and dealt with at once. */
export function ExecutionList({ search, onChange, workflow, title }: ExecutionListProps) {
  const wanted = workflow ? { ...search, workflow } : search;
  const list = useInfiniteQuery(executionsQuery(wanted));
  const [marked, setMarked] = useState<string[]>([]);
  useLiveList(workflow ? `wf:${workflow}` : "executions");
  const executions = list.data?.pages.flatMap((page) => page.executions) ?? [];
  const names = useWorkflowNames(executions.map((one) => one.workflow_id));
  const isFiltered = Object.values({ ...search, sort: undefined }).some(Boolean);
  const shown = executions.filter(({ id }) => marked.includes(id));
  const place = useRef<HTMLDivElement>(null);
  const compare = useCompare();
  const more = () => void (list.hasNextPage && list.fetchNextPage());
  useExecutionKeys({ list: place, executions, marked, onMark: setMarked, onEnd: more });
  const markToCompare = (id: string) => {
    const others = shown.filter((one) => one.id !== id);
    const [other] = others;
    if (others.length === 1 && other)
      compare([other, ...executions.filter((one) => one.id === id)]);
    else setMarked([...others.map((one) => one.id), id]);
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-6 pt-5 pb-3">
        {title}
        <ExecutionFilters search={search} onChange={onChange} hasWorkflows={!workflow} />
      </div>
      <Histogram
        search={wanted}
        onTime={(from, to) => {
          const { since: _since, ...others } = search;
          onChange({ ...others, from, to });
        }}
      />
      {executions.length > 0 ? (
        <Count search={wanted} count={executions.length} hasMore={list.hasNextPage} />
      ) : null}
      {shown.length > 0 ? <MarkedBar marked={shown} onDone={() => setMarked([])} /> : null}
      <div ref={place} className="flex min-h-0 flex-1 flex-col px-6 pb-4">
        {list.isError ? (
          <ErrorNotice
            title="The executions can't be listed"
            error={list.error}
            action={<Button onPress={() => void list.refetch()}>Try again</Button>}
          />
        ) : null}
        {list.isPending ? <Skeleton lines={8} /> : null}
        {list.data && executions.length === 0 ? (
          isFiltered ? (
            <EmptyState
              title="No execution fits"
              action={<Button onPress={() => onChange({})}>Clear the filters</Button>}
            >
              Try fewer filters, or a longer time.
            </EmptyState>
          ) : (
            <EmptyState icon={<History size={24} aria-hidden />} title="Nothing has run yet">
              Open a workflow and run it: each of its executions is kept here, with every item.
            </EmptyState>
          )
        ) : null}
        {executions.length > 0 ? (
          <ExecutionTable
            executions={executions}
            names={names}
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={more}
            marked={marked}
            onMark={setMarked}
            onShiftClick={markToCompare}
            sort={search.sort}
            onSort={(sort) => {
              const { sort: _old, ...others } = search;
              onChange(sort ? { ...others, sort } : others);
            }}
          />
        ) : null}
      </div>
    </>
  );
}

interface CountProps {
  search: ExecutionsSearch;
  count: number;
  hasMore: boolean;
}

/** How many are listed, and of how many where that is counted. */
function Count({ search, count, hasMore }: CountProps) {
  const counted = useQuery(histogramQuery(search)).data;
  const isSame = search.since !== undefined || search.from !== undefined;
  const total = isSame && counted?.looked_to === null ? counted.total : null;
  const words = count.toLocaleString("en");
  return (
    <p role="status" className="num px-6 pb-2 text-xs text-muted">
      {!hasMore
        ? `${words} ${count === 1 ? "execution" : "executions"}`
        : total !== null && total > count
          ? `The first ${words} of ${total.toLocaleString("en")} executions`
          : `The first ${words} executions; there are more`}
    </p>
  );
}

/** Asks for the list again when an execution begins or ends, at most once a second. */
function useLiveList(topic: string): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: ["executions"] });
      }, 1_000);
    };
    // Those who may not follow all projects see the list as it was when they opened it.
    const leave = stream.follow(topic, { snapshot: () => undefined, delta: changed });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [queryClient, topic]);
}
