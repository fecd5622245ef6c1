import { lazy, Suspense } from "react";
import { useConnection, useRefusal } from "@/live/connection";
import { persistently } from "@/ui/persistently";
import { type Readiness, useReadiness } from "./readiness";
import { useMay } from "./useAccount";

// Loaded after the first paint: the stream is no part of the frame.
const SystemNumbers = lazy(
  persistently(() =>
    import("./SystemNumbers").then((module) => ({ default: module.SystemNumbers })),
  ),
);

/** What goes on: whether the server works, and how much it does. */
export function StatusBar() {
  const mayFollow = useMay("executions:read");
  const data = useReadiness();
  const state = useServerState(data);
  return (
    <footer className="num flex h-6 shrink-0 items-center gap-4 border-t border-line bg-surface px-3 text-2xs text-muted">
      <span className="flex items-center gap-1.5" role="status">
        <span aria-hidden className={`size-2 shrink-0 rounded-full ${state.color}`} />
        {state.text}
      </span>
      {data?.ok && mayFollow ? (
        <Suspense fallback={<Counts of={data} />}>
          <SystemNumbers otherwise={<Counts of={data} />} />
        </Suspense>
      ) : null}
      {data?.ok && !mayFollow ? <Counts of={data} /> : null}
    </footer>
  );
}

function Counts({ of }: { of: Readiness }) {
  return (
    <>
      <span>Running {of.running}</span>
      <span>Queued {of.queued}</span>
    </>
  );
}

/** What the dot shows: whether the server answers, and how what happens comes here. */
function useServerState(data: Readiness | undefined): { color: string; text: string } {
  const connection = useConnection();
  const refusal = useRefusal();
  if (data === undefined) return { color: "bg-status-idle", text: "Connecting" };
  if (data.isAway)
    return { color: "bg-status-idle", text: "The server does not answer. Changes are kept here." };
  if (!data.ok) return { color: "bg-status-failed", text: data.detail ?? "Server is not ready" };
  if (refusal !== null) return { color: "bg-status-failed", text: refusal };
  switch (connection) {
    case "live":
      return { color: "bg-status-succeeded", text: "Server works, live" };
    case "polling":
      return {
        color: "bg-status-waiting",
        text: "Server works, live by polling: no WebSocket gets through (a proxy may not pass them on)",
      };
    case "offline":
      return { color: "bg-status-waiting", text: "Server works, connecting again" };
    default:
      return { color: "bg-status-succeeded", text: "Server works" };
  }
}
