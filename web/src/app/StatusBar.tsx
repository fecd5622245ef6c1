import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { BASE } from "@/api/base";
import { persistently } from "@/ui/persistently";
import { useMay } from "./useAccount";

// Loaded after the first paint: the stream is no part of the frame.
const SystemNumbers = lazy(
  persistently(() =>
    import("./SystemNumbers").then((module) => ({ default: module.SystemNumbers })),
  ),
);

interface Readiness {
  ok: boolean;
  running?: number;
  queued?: number;
  detail?: string;
}

async function readiness(): Promise<Readiness> {
  try {
    const answer = await fetch(`${BASE}/readyz`);
    const body = (await answer.json()) as Readiness;
    return { ...body, ok: answer.ok };
  } catch {
    return { ok: false, detail: "The server does not answer. What you edit is kept here." };
  }
}

/** What goes on: whether the server works, and how much it does. */
export function StatusBar() {
  const mayFollow = useMay("executions:read");
  const { data } = useQuery({
    queryKey: ["readiness"],
    queryFn: readiness,
    refetchInterval: 10_000,
    staleTime: 5_000,
  });
  return (
    <footer className="num flex h-6 shrink-0 items-center gap-4 border-t border-line bg-surface px-3 text-2xs text-muted">
      <span className="flex items-center gap-1.5" role="status">
        <Dot ok={data?.ok} />
        {data === undefined
          ? "Connecting"
          : data.ok
            ? "Server works"
            : (data.detail ?? "Server is not ready")}
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

function Dot({ ok }: { ok: boolean | undefined }) {
  const color =
    ok === undefined ? "bg-status-idle" : ok ? "bg-status-succeeded" : "bg-status-failed";
  return <span aria-hidden className={`size-2 rounded-full ${color}`} />;
}
