import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { CopyRequest } from "@/editor/dock/CopyRequest";
import { copyAs } from "@/editor/dock/copyAs";
import { PHASES, phasesOf } from "@/editor/dock/phases";
import { IconButton } from "@/ui/Button";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { bytes, duration, moment } from "@/ui/time";
import { type RequestDetails, requestQuery } from "./queries";
import { RequestStatus } from "./RequestTable";

interface RequestDrawerProps {
  /** `<execution>.<number>`. */
  request: string;
  onClose: () => void;
}

/** All of one request: phases, headers (secrets masked), bodies, and why it was refused. */
export function RequestDrawer({ request, onClose }: RequestDrawerProps) {
  const [execution = "", number = ""] = request.split(".");
  const found = useQuery(requestQuery(execution, Number(number) || 0));
  const place = found.data
    ? { execution, node: found.data.node_id, seq: found.data.seq }
    : undefined;
  useShortcut("request.curl", () => place && void copyAs("curl", place), Boolean(place));
  useShortcut("request.httpx", () => place && void copyAs("httpx", place), Boolean(place));
  return (
    <section
      aria-label="Request"
      className="flex w-[440px] shrink-0 flex-col border-l border-line bg-surface"
      // Buttons keep keys to themselves, and the keys of an open menu are not meant for this.
      onKeyDownCapture={({ key, currentTarget, target }) => {
        if (key === "Escape" && currentTarget.contains(target as Node)) onClose();
      }}
    >
      <header className="flex items-center gap-2 border-b border-line px-3 py-2">
        <h2 className="min-w-0 flex-1 truncate text-base">Request</h2>
        {place ? <CopyRequest {...place} /> : null}
        <IconButton label="Close the request" onPress={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      {found.isError ? (
        <ErrorNotice title="The request can't be read" error={found.error} />
      ) : found.data === undefined ? (
        <Skeleton lines={8} />
      ) : found.data === null ? (
        <Notice tone="warning" title="It is not there any more" className="m-3">
          Its execution was deleted, or its details are no longer kept.
        </Notice>
      ) : (
        <Details request={found.data} />
      )}
    </section>
  );
}

function Details({ request }: { request: RequestDetails }) {
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto p-3 text-sm"
    >
      <p className="font-mono text-xs break-all">
        <span className="font-semibold">{request.method}</span> {request.url}
      </p>
      {request.error_message ? (
        <Notice tone="danger" title="It failed">
          <p className="whitespace-pre-wrap">{request.error_message}</p>
        </Notice>
      ) : null}
      <dl className="grid grid-cols-[7rem_1fr] gap-y-1 text-xs">
        <dt className="text-muted">Status</dt>
        <dd>
          <RequestStatus status={request.response_status} error={request.error_message} />
        </dd>
        <dt className="text-muted">Time</dt>
        <dd>{moment(request.at)}</dd>
        <dt className="text-muted">Node</dt>
        <dd>
          <Link
            to="/executions/$executionId"
            params={{ executionId: request.execution_id }}
            className="text-accent hover:underline"
          >
            {request.node_id}
          </Link>
          {request.attempt > 1 ? `, attempt ${request.attempt}` : ""}
        </dd>
        <dt className="text-muted">Received, sent</dt>
        <dd className="num">
          {bytes(request.bytes_in)}, {bytes(request.bytes_out)}
        </dd>
        <dt className="text-muted">Rule</dt>
        <dd>{request.verdict || "–"}</dd>
      </dl>
      <Part title="Phases">
        <Phases timings={request.timings} total={request.response_time} />
      </Part>
      <Part title="Request headers">
        <Headers headers={request.request_headers} />
      </Part>
      <Body title="Request body" body={request.request_body} />
      <Part title="Response headers">
        <Headers headers={request.response_headers} />
      </Part>
      <Body title="Response body" body={request.response_body} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-xs text-muted">{title}</h3>
      {children}
    </section>
  );
}

function Phases({ timings, total }: { timings: unknown; total: number | null }) {
  const phases = phasesOf(timings);
  if (phases.length === 0) return <p className="text-xs text-muted">Nothing was sent.</p>;
  return (
    <ul className="flex flex-col gap-1 text-xs">
      {phases.map(({ name, share, ms }) => (
        <li key={name} className="grid grid-cols-[5rem_1fr_5rem] items-center gap-2">
          <span>{name}</span>
          <span aria-hidden className="h-2 rounded-full bg-hover">
            <span
              className="block h-full rounded-full"
              style={{ width: `${share}%`, backgroundColor: PHASES[name] }}
            />
          </span>
          <span className="num text-right">{duration(ms)}</span>
        </li>
      ))}
      <li className="grid grid-cols-[5rem_1fr_5rem] gap-2 text-muted">
        <span>all</span>
        <span />
        <span className="num text-right">{duration(total)}</span>
      </li>
    </ul>
  );
}

function Headers({ headers }: { headers: Record<string, unknown> | null }) {
  const entries = Object.entries(headers ?? {});
  if (entries.length === 0) return <p className="text-xs text-muted">None were kept.</p>;
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-3 font-mono text-xs">
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="break-all">{String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const MOST_BODY = 20_000;

function Body({ title, body }: { title: string; body: unknown }) {
  if (body === null || body === undefined || body === "") return null;
  const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
  return (
    <Part title={title}>
      <pre className="rounded-control border border-line bg-bg p-2 text-xs break-all whitespace-pre-wrap">
        {text.slice(0, MOST_BODY)}
        {text.length > MOST_BODY ? "…" : ""}
      </pre>
    </Part>
  );
}
