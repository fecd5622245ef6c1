import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useEffect } from "react";
import { useCrumbs } from "@/app/crumbs";
import { stream } from "@/live/stream";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { ExecutionFilters } from "./ExecutionFilters";
import { ExecutionTable } from "./ExecutionTable";
import { useWorkflowNames } from "./names";
import { executionsQuery } from "./queries";
import type { ExecutionsSearch } from "./search";

/** Every execution that one may see, with filters that the server answers. */
export function ExecutionsPage() {
  const search = useSearch({ from: "/shell/executions" });
  const navigate = useNavigate({ from: "/executions" });
  const list = useInfiniteQuery(executionsQuery(search));
  const names = useWorkflowNames();
  useCrumbs({ label: "Executions" });
  useLiveList();
  const change = (next: ExecutionsSearch) => void navigate({ search: next, replace: true });
  const executions = list.data?.pages.flatMap((page) => page.executions) ?? [];
  const isFiltered = Object.keys(search).length > 0;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-3 px-6 pt-5 pb-3">
        <h1 className="text-lg">Executions</h1>
        <ExecutionFilters search={search} onChange={change} workflows={names} />
      </header>
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
              action={<Button onPress={() => change({})}>Clear the filters</Button>}
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
          />
        ) : null}
      </div>
    </main>
  );
}

/** Asks for the list again when an execution begins or ends, at most once a second. */
function useLiveList(): void {
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
    const leave = stream.follow("executions", { snapshot: () => undefined, delta: changed });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [queryClient]);
}
