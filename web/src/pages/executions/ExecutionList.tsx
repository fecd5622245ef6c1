import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { GitCompare, History } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { stream } from "@/live/stream";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { ExecutionFilters } from "./ExecutionFilters";
import { ExecutionTable, MOST_MARKED } from "./ExecutionTable";
import { useWorkflowNames } from "./names";
import { executionsQuery } from "./queries";
import type { ExecutionsSearch } from "./search";

interface ExecutionListProps {
  search: ExecutionsSearch;
  onChange: (search: ExecutionsSearch) => void;
  /** Only those of this workflow. */
  workflow?: string;
  title?: ReactNode;
}

/** Executions with filters that the server answers; two can be marked and compared. */
export function ExecutionList({ search, onChange, workflow, title }: ExecutionListProps) {
  const navigate = useNavigate();
  const list = useInfiniteQuery(executionsQuery(workflow ? { ...search, workflow } : search));
  const names = useWorkflowNames();
  const [marked, setMarked] = useState<string[]>([]);
  useLiveList(workflow ? `wf:${workflow}` : "executions");
  const executions = list.data?.pages.flatMap((page) => page.executions) ?? [];
  const isFiltered = Object.keys(search).some((name) => name !== "sort");
  const compare = () => {
    // The older one first: what changed since then is what one wants to know.
    const [b = "", a = ""] = executions.map(({ id }) => id).filter((id) => marked.includes(id));
    void navigate({ to: "/executions/compare", search: { a, b } });
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-6 pt-5 pb-3">
        {title}
        <ExecutionFilters search={search} onChange={onChange} workflows={workflow ? null : names} />
        <Button isDisabled={marked.length < MOST_MARKED} onPress={compare}>
          <GitCompare size={14} aria-hidden />
          {marked.length < MOST_MARKED ? "Mark two to compare" : "Compare"}
        </Button>
      </div>
      <div className="flex min-h-0 flex-1 flex-col px-6 pb-4">
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
            onMore={() => void list.fetchNextPage()}
            marked={marked}
            onMark={setMarked}
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

/** Asks for the list again when an execution begins or ends, at most once a second. */
function useLiveList(topic: string): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: ["executions", "list"] });
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
