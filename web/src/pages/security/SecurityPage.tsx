import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { CheckCheck, ShieldCheck } from "lucide-react";
import { useRef } from "react";
import { oneOf } from "@/app/address";
import { useCrumbs } from "@/app/crumbs";
import { useListKeys } from "@/app/shortcuts/useListKeys";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import { useChangeAddress } from "@/app/useChangeAddress";
import { TimeChoice } from "@/pages/executions/TimeChoice";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { EventRow } from "./EventRow";
import { eventsQuery, MOST_AT_ONCE, useAcknowledge } from "./queries";
import { Rate } from "./Rate";
import { ACKS, type Ack, SEVERITIES } from "./search";

const ACK: { id: Ack | "all"; label: string }[] = [
  { id: "all", label: "Acknowledged or not" },
  { id: "no", label: "Not acknowledged" },
  { id: "yes", label: "Acknowledged" },
];

const CHOICES = [
  { id: "all", label: "Every severity" },
  ...SEVERITIES.map((each) => ({ id: each, label: each })),
];

/** What the gate, the limits, the vault and signing in refused or opened. */
export function SecurityPage() {
  const search = useSearch({ from: "/shell/security" });
  const change = useChangeAddress();
  useCrumbs({ label: "Security" });
  const list = useInfiniteQuery(eventsQuery(search));
  const place = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useListKeys(place, () => void (list.hasNextPage && list.fetchNextPage()));
  useShortcut("list.search", () => field.current?.focus());
  const mayManage = useMay("security:manage");
  const acknowledge = useAcknowledge();
  const events = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const open = events.filter((event) => !event.acknowledged).map(({ seq }) => seq);
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
          inputRef={field}
          label="Event type"
          placeholder="Type, such as BLOCKED_URL"
          defaultValue={search.type ?? ""}
          onSubmit={(type) => change({ type: type.trim() || undefined })}
          onClear={() => change({ type: undefined })}
          className="w-60"
        />
        <Select
          label="Severity"
          hideLabel
          choices={CHOICES}
          value={search.severity ?? "all"}
          onChange={(id) => change({ severity: oneOf(SEVERITIES, id) })}
          className="w-40"
        />
        <Select
          label="Acknowledged"
          hideLabel
          choices={ACK}
          value={search.ack ?? "all"}
          onChange={(id) => change({ ack: oneOf(ACKS, id) })}
          className="w-44"
        />
        <TimeChoice value={search} onChange={change} />
        {mayManage ? (
          <Button
            isDisabled={open.length === 0 || acknowledge.isPending}
            onPress={() => acknowledge.mutate({ seqs: open.slice(0, MOST_AT_ONCE), note: "" })}
          >
            <CheckCheck size={14} aria-hidden />
            Acknowledge those shown
          </Button>
        ) : null}
      </header>
      <Rate search={search} onTime={(from, to) => change({ since: undefined, from, to })} />
      <div ref={place} className="min-h-0 flex-1 overflow-auto px-6 pb-6">
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
            <EventRow key={event.seq} event={event} mayManage={mayManage} />
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
