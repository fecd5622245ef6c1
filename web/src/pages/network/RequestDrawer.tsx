import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { CopyRequest } from "@/editor/dock/CopyRequest";
import { useCopyKeys } from "@/editor/dock/copyAs";
import { Body, Headers, Part, Phases } from "@/editor/dock/RequestParts";
import { type RequestDetails, requestQuery } from "@/editor/run/requests";
import { spanKey } from "@/editor/run/spans";
import { atInput } from "@/pages/execution/search";
import { IconButton } from "@/ui/Button";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { bytes, moment } from "@/ui/time";

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
  const place = found.data ? { execution, node: found.data.node_id, seq: found.data.seq } : null;
  useCopyKeys(place);
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
            className="inline-block min-h-6 leading-6 text-accent hover:underline"
          >
            {request.node_id}
          </Link>
          {request.attempt > 1 ? `, attempt ${request.attempt}` : ""}
        </dd>
        {request.item === null ? null : (
          <>
            <dt className="text-muted">Item</dt>
            <dd>
              <Link
                to="/executions/$executionId"
                params={{ executionId: request.execution_id }}
                search={{
                  view: "canvas",
                  node: request.node_id,
                  span: spanKey({ kind: "request", seq: request.seq }),
                  ...atInput(request.item),
                }}
                className="num inline-block min-h-6 leading-6 text-accent hover:underline"
              >
                {request.item} of the input
              </Link>
            </dd>
          </>
        )}
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
