import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronDown, ChevronRight, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Button as Toggle } from "react-aria-components";
import { BASE } from "@/api/base";
import { api, ask } from "@/api/client";
import { useCrumbs } from "@/app/crumbs";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { TimeAgo } from "@/ui/TimeAgo";
import { SeverityMark } from "./SeverityMark";
import { SEVERITIES, type Severity } from "./search";

interface SecurityEvent {
  seq: number;
  event_type: string;
  severity: Severity;
  description: string;
  at: string;
  execution_id: string | null;
  node_id: string | null;
  details: Record<string, unknown> | null;
}

const CHOICES = [
  { id: "all", label: "Every severity" },
  ...SEVERITIES.map((each) => ({ id: each, label: each })),
];

/** What the gate, the limits, the vault and signing in refused or opened. */
export function SecurityPage() {
  const search = useSearch({ from: "/shell/security" });
  const navigate = useNavigate({ from: "/security" });
  useCrumbs({ label: "Security" });
  const list = useInfiniteQuery({
    queryKey: ["security_events", search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/v1/security_events", {
          params: {
            query: {
              severity: search.severity ? [search.severity] : [],
              event_type: search.type?.toUpperCase() ?? null,
              cursor: pageParam,
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    refetchInterval: 10_000,
  });
  const events = (list.data?.pages.flatMap((page) => page.entries) ??
    []) as unknown as SecurityEvent[];
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-2 px-6 py-3">
        <div className="mr-auto">
          <h1 className="text-lg">Security</h1>
          <p className="text-xs text-muted">
            What the gate, the limits, the vault and signing in refused or opened, the newest first.
          </p>
        </div>
        <SearchField
          key={search.type ?? ""}
          label="Event type"
          placeholder="Type, such as BLOCKED_URL"
          defaultValue={search.type ?? ""}
          onSubmit={(type) =>
            void navigate({ search: (old) => ({ ...old, type: type.trim() || undefined }) })
          }
          onClear={() => void navigate({ search: (old) => ({ ...old, type: undefined }) })}
          className="w-60"
        />
        <Select
          label="Severity"
          hideLabel
          choices={CHOICES}
          value={search.severity ?? "all"}
          onChange={(id) =>
            void navigate({
              search: (old) => ({ ...old, severity: id === "all" ? undefined : (id as Severity) }),
            })
          }
          className="w-40"
        />
      </header>
      <div className="min-h-0 flex-1 overflow-auto px-6 pb-6">
        {list.isPending ? <Skeleton lines={8} /> : null}
        {list.isError ? (
          <ErrorNotice title="The events could not be loaded" error={list.error} />
        ) : null}
        {list.isSuccess && events.length === 0 ? (
          <EmptyState icon={<ShieldCheck size={28} aria-hidden />} title="Nothing to see here">
            Refused requests, exceeded limits, opened credentials and sign-ins appear here.
          </EmptyState>
        ) : null}
        <ul className="divide-y divide-line rounded-card border border-line bg-surface empty:hidden">
          {events.map((event) => (
            <EventRow key={event.seq} event={event} />
          ))}
        </ul>
        {list.hasNextPage ? (
          <div className="flex justify-center pt-4">
            <Button onPress={() => void list.fetchNextPage()} isDisabled={list.isFetchingNextPage}>
              Show more
            </Button>
          </div>
        ) : null}
      </div>
    </main>
  );
}

function EventRow({ event }: { event: SecurityEvent }) {
  const [isOpen, setOpen] = useState(false);
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <li>
      <Toggle
        onPress={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
        className="flex w-full items-center gap-3 px-3 py-2 text-left hover:bg-hover"
      >
        <Arrow size={14} aria-hidden className="shrink-0 text-muted" />
        <SeverityMark severity={event.severity} />
        <code className="w-52 shrink-0 truncate text-xs">{event.event_type}</code>
        <span className="min-w-0 flex-1 truncate">{event.description}</span>
        <span className="text-xs text-muted">
          <TimeAgo at={event.at} />
        </span>
      </Toggle>
      {isOpen ? <Details event={event} /> : null}
    </li>
  );
}

function Details({ event }: { event: SecurityEvent }) {
  return (
    <div className="border-t border-line bg-bg px-10 py-3 text-sm">
      <p className="break-words">{event.description}</p>
      <dl className="mt-2 grid grid-cols-[8rem_1fr] gap-y-1 text-xs">
        <dt className="text-muted">Time</dt>
        <dd className="num">{event.at}</dd>
        {event.execution_id ? (
          <>
            <dt className="text-muted">Execution</dt>
            <dd>
              <a
                href={`${BASE}/executions/${event.execution_id}`}
                className="text-accent underline"
              >
                {event.execution_id}
              </a>
            </dd>
          </>
        ) : null}
        {event.node_id ? (
          <>
            <dt className="text-muted">Node</dt>
            <dd>{event.node_id}</dd>
          </>
        ) : null}
      </dl>
      {event.details ? (
        <pre className="mt-2 overflow-auto rounded-control border border-line bg-surface p-2 text-xs">
          {JSON.stringify(event.details, null, 2)}
        </pre>
      ) : null}
    </div>
  );
}
