import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Network } from "lucide-react";
import { useRef } from "react";
import { useCrumbs } from "@/app/crumbs";
import { useListKeys } from "@/app/shortcuts/useListKeys";
import { useWorkflowNames } from "@/pages/executions/names";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { ActiveTable } from "./ActiveTable";
import { useActiveRequests } from "./active";
import { NetworkFilters } from "./NetworkFilters";
import { requestsQuery } from "./queries";
import { RequestDrawer } from "./RequestDrawer";
import { RequestStrip } from "./RequestStrip";
import { RequestTable } from "./RequestTable";
import type { NetworkSearch, NetworkState } from "./search";

/** The HTTP requests of all executions: those under way, and those that have ended. */
export function NetworkPage() {
  const search = useSearch({ from: "/shell/network" });
  const navigate = useNavigate({ from: "/network" });
  const active = useActiveRequests();
  useCrumbs({ label: "Network" });
  const change = (next: Partial<Record<keyof NetworkSearch, string | undefined>>) =>
    void navigate({ search: (before) => ({ ...before, ...next }) as NetworkSearch, replace: true });
  const ended = () => (
    <Ended search={search} onSelect={(req) => change({ req })} onClear={change} />
  );
  return (
    <main className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex flex-wrap items-center gap-3 px-6 pt-5 pb-3">
          <h1 className="text-lg">Network</h1>
          <NetworkFilters search={search} onChange={change} />
        </header>
        <RequestStrip onHost={(host) => change({ host })} />
        <Tabs
          label="State of the requests"
          className="px-4"
          selected={search.state ?? "done"}
          onSelect={(state) => change({ state: state as NetworkState, req: undefined })}
          tabs={[
            {
              id: "active",
              title: "Active",
              badge: active.requests.size || null,
              content: () =>
                active.refused === null ? (
                  <div className="flex min-h-0 flex-1 flex-col py-3">
                    <ActiveTable requests={active.requests} search={search} />
                  </div>
                ) : (
                  <Notice title="Not for you" className="mt-3">
                    {active.refused}
                  </Notice>
                ),
            },
            { id: "done", title: "Completed", content: ended },
            { id: "failed", title: "Failed", content: ended },
          ]}
        />
      </div>
      {search.req && search.state !== "active" ? (
        <RequestDrawer
          key={search.req}
          request={search.req}
          onClose={() => change({ req: undefined })}
        />
      ) : null}
    </main>
  );
}

interface EndedProps {
  search: NetworkSearch;
  onSelect: (key: string) => void;
  onClear: (change: Partial<Record<keyof NetworkSearch, undefined>>) => void;
}

const NO_FILTER = { q: undefined, host: undefined, method: undefined, wf: undefined };

function Ended({ search, onSelect, onClear }: EndedProps) {
  const list = useInfiniteQuery(requestsQuery(search));
  const requests = list.data?.pages.flatMap((page) => page.requests) ?? [];
  const names = useWorkflowNames(requests.map((one) => one.workflow_id));
  const isFiltered = Object.keys(NO_FILTER).some((name) => search[name as keyof NetworkSearch]);
  const place = useRef<HTMLDivElement>(null);
  useListKeys(place, () => void (list.hasNextPage && list.fetchNextPage()));
  return (
    <div ref={place} className="flex min-h-0 flex-1 flex-col py-3">
      {list.isError ? (
        <ErrorNotice
          title="The requests can't be listed"
          error={list.error}
          action={<Button onPress={() => void list.refetch()}>Try again</Button>}
        />
      ) : null}
      {list.isPending ? <Skeleton lines={8} /> : null}
      {list.data && requests.length === 0 ? (
        isFiltered ? (
          <EmptyState
            title="No request fits"
            action={<Button onPress={() => onClear(NO_FILTER)}>Clear the filters</Button>}
          >
            Hosts are matched whole, texts anywhere in the address or the error.
          </EmptyState>
        ) : (
          <EmptyState
            icon={<Network size={24} aria-hidden />}
            title={search.state === "failed" ? "No request failed" : "No requests yet"}
          >
            Every HTTP request of a node is kept here with its phases, as long as its execution.
          </EmptyState>
        )
      ) : null}
      {requests.length > 0 ? (
        <RequestTable
          requests={requests}
          names={names}
          selected={search.req}
          onSelect={onSelect}
          hasMore={list.hasNextPage}
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      ) : null}
    </div>
  );
}
