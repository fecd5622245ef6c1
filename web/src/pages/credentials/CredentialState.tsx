import { CircleCheck, CircleDashed, OctagonX } from "lucide-react";
import { ago, TimeAgo } from "@/ui/TimeAgo";
import { moment } from "@/ui/time";
import { endOf } from "./ends";
import type { Credential } from "./queries";

/** How the last test of a credential went, and when. */
export function LastTest({ credential: { tested } }: { credential: Credential }) {
  if (!tested)
    return (
      <span className="inline-flex items-center gap-1 text-muted">
        <CircleDashed size={14} aria-hidden /> not tested
      </span>
    );
  const Icon = tested.works ? CircleCheck : OctagonX;
  return (
    <span className="inline-flex items-center gap-1 whitespace-nowrap" title={tested.text}>
      <span
        className={`inline-flex items-center gap-1 ${tested.works ? "text-status-succeeded" : "text-status-failed"}`}
      >
        <Icon size={14} aria-hidden /> {tested.works ? "works" : "failed"}
      </span>
      <span className="text-muted">
        <TimeAgo at={tested.at} />
      </span>
    </span>
  );
}

const LOOKS = { over: "text-danger font-semibold", soon: "text-warning", later: "text-muted" };
const SOURCES = { certificate: "its certificate", grant: "its grant", person: "a person" };

/** When a credential ends, as far as that is known. */
export function Expiry({ credential }: { credential: Credential }) {
  const end = endOf(credential);
  const { expires_at: at, expires_from: source } = credential;
  if (end === null || !at) return <span className="text-muted">–</span>;
  const said = source ? `${moment(at)}, as ${SOURCES[source]} says` : moment(at);
  return (
    <time dateTime={at} title={said} className={`whitespace-nowrap ${LOOKS[end]}`}>
      {end === "over" ? `expired ${ago(at)}` : ago(at)}
    </time>
  );
}

/** What is known of a credential beside its values. */
export function CredentialState({ credential }: { credential: Credential }) {
  const { tested } = credential;
  return (
    <dl className="mb-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 rounded-card border border-line bg-bg p-3 text-xs">
      <dt className="text-muted">Last test</dt>
      <dd className="flex flex-col gap-1">
        <LastTest credential={credential} />
        {tested ? <span className="break-words text-muted">{tested.text}</span> : null}
      </dd>
      <dt className="text-muted">Expires</dt>
      <dd>
        <Expiry credential={credential} />
      </dd>
    </dl>
  );
}
