import { Link } from "@tanstack/react-router";
import { Check, ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button as Toggle } from "react-aria-components";
import { ENTRY } from "@/app/shortcuts/useListKeys";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { TimeAgo } from "@/ui/TimeAgo";
import { type SecurityEvent, useAcknowledge } from "./queries";
import { SeverityMark } from "./SeverityMark";
import type { Severity } from "./search";

/** One event; it opens to show everything that is known of it. */
export function EventRow({ event, mayManage }: { event: SecurityEvent; mayManage: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <li>
      <Toggle
        {...{ [ENTRY]: String(event.seq) }}
        onPress={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
        className="flex w-full items-center gap-3 px-3 py-2 text-left hover:bg-hover"
      >
        <Arrow size={14} aria-hidden className="shrink-0 text-muted" />
        <SeverityMark severity={event.severity as Severity} />
        <code className="w-52 shrink-0 truncate text-xs">{event.event_type}</code>
        <span className="min-w-0 flex-1 truncate">{event.description}</span>
        {event.acknowledged ? (
          <span className="flex items-center gap-1 text-xs text-muted">
            <Check size={13} aria-hidden /> acknowledged
          </span>
        ) : null}
        <span className="text-xs text-muted">
          <TimeAgo at={event.at} />
        </span>
      </Toggle>
      {isOpen ? <Details event={event} mayManage={mayManage} /> : null}
    </li>
  );
}

function Details({ event, mayManage }: { event: SecurityEvent; mayManage: boolean }) {
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
              <Link
                to="/executions/$executionId"
                params={{ executionId: event.execution_id }}
                className="text-accent underline"
              >
                {event.execution_id}
              </Link>
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
      <Acknowledgement event={event} mayManage={mayManage} />
    </div>
  );
}

/** Who has looked at it; or the way to say that one has. */
function Acknowledgement({ event, mayManage }: { event: SecurityEvent; mayManage: boolean }) {
  const [note, setNote] = useState("");
  const acknowledge = useAcknowledge();
  const { acknowledged: known, seq } = event;
  if (known)
    return (
      <p className="mt-2 text-xs">
        Acknowledged by {known.by} <TimeAgo at={known.at} />
        {known.note ? `: ${known.note}` : ""}
      </p>
    );
  if (!mayManage) return null;
  return (
    <form
      className="mt-3 flex max-w-xl items-end gap-2"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        acknowledge.mutate({ seqs: [seq], note: note.trim() });
      }}
    >
      <TextField
        label="Note"
        value={note}
        onChange={setNote}
        maxLength={2000}
        placeholder="What it was, and what was done"
        className="flex-1"
      />
      <Button type="submit" isDisabled={acknowledge.isPending}>
        Acknowledge
      </Button>
    </form>
  );
}
