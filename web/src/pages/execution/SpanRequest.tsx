import { useQuery } from "@tanstack/react-query";
import { Body, Headers, Part, Phases } from "@/editor/dock/RequestParts";
import { requestQuery } from "@/editor/run/requests";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { bytes } from "@/ui/time";

interface RequestPartProps {
  execution: string;
  seq: number;
  side: "request" | "response";
}

/** What was sent, or what was answered and how long that took; secrets are masked by the server. */
export function RequestPart({ execution, seq, side }: RequestPartProps) {
  const found = useQuery(requestQuery(execution, seq));
  if (found.isError) return <ErrorNotice title="The request can't be read" error={found.error} />;
  if (found.data === undefined) return <Skeleton lines={5} />;
  if (found.data === null)
    return (
      <Notice tone="warning" title="It is not there any more" className="m-3">
        Its details are no longer kept.
      </Notice>
    );
  const request = found.data;
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-3 text-sm"
    >
      {side === "request" ? (
        <>
          <p className="font-mono text-xs break-all">
            <span className="font-semibold">{request.method}</span> {request.url}
          </p>
          <p className="num text-xs text-muted">
            {bytes(request.bytes_out)} sent · rule {request.verdict || "–"}
          </p>
          <Part title="Request headers">
            <Headers headers={request.request_headers} />
          </Part>
          <Body title="Request body" body={request.request_body} />
        </>
      ) : (
        <>
          <p className="num text-xs">
            {request.response_status === null
              ? "No answer came."
              : `Status ${request.response_status} · ${bytes(request.bytes_in)} received`}
          </p>
          <Part title="Phases">
            <Phases timings={request.timings} total={request.response_time} />
          </Part>
          <Part title="Response headers">
            <Headers headers={request.response_headers} />
          </Part>
          <Body title="Response body" body={request.response_body} />
        </>
      )}
    </div>
  );
}
