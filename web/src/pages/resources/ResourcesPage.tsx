import { Activity } from "lucide-react";
import { useMemo } from "react";
import { useCrumbs } from "@/app/crumbs";
import { useFollowedSystem, useSystem } from "@/live/system";
import { Chart } from "@/ui/chart/Chart";
import { EmptyState } from "@/ui/EmptyState";
import { Figure } from "@/ui/Figure";
import { Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { bytes, duration } from "@/ui/time";
import { HeavyExecutions } from "./HeavyExecutions";
import { Hosts } from "./Hosts";

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const formatTime = (seconds: number) => CLOCK.format(seconds * 1_000);
const percent = (value: number) => `${Math.round(value)} %`;
const whole = (value: number) => (Number.isInteger(value) ? String(value) : "");

/** What the server uses: processor, memory, queue, disk, second by second. */
export function ResourcesPage() {
  useFollowedSystem();
  useCrumbs({ label: "Resources" });
  const { samples, refused } = useSystem();
  const now = samples.at(-1);
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <header className="px-6 pt-5 pb-3">
        <h1 className="text-lg">Resources</h1>
        <p className="text-xs text-muted">
          What this process of the server uses: once a second for five minutes, before that every
          ten seconds for an hour.
        </p>
      </header>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-6 pb-6"
      >
        {refused !== null ? (
          <Notice tone="warning" title="This can't be shown">
            {refused}
          </Notice>
        ) : now === undefined ? (
          <>
            <Skeleton lines={6} />
            <EmptyState
              icon={<Activity size={24} aria-hidden />}
              title="Waiting for the first second"
            >
              The server measures itself while somebody looks.
            </EmptyState>
          </>
        ) : (
          <>
            <dl className="grid grid-cols-2 gap-3 md:grid-cols-5">
              <Figure label="Processor" note="of one core">
                {percent(now.cpu_percent)}
              </Figure>
              <Figure label="Memory">{bytes(now.memory_bytes)}</Figure>
              <Figure label="Loop lag" note="how late it is">
                {duration(now.loop_lag_ms)}
              </Figure>
              <Figure label="Running" note={`of ${now.places} places`}>
                {now.running}
              </Figure>
              <Figure label="Queued">{now.queued}</Figure>
              <Figure label="Requests" note="a second">
                {now.requests_per_second}
              </Figure>
              <Figure label="Workers" note={`${now.child_processes ?? 0} processes for nodes`}>
                {now.servers}
              </Figure>
              <Figure label="Connections" note="of this server, open">
                {now.open_connections}
              </Figure>
              <Figure label="Database">{bytes(now.database_bytes)}</Figure>
              <Figure label="Disk free" note={`of ${bytes(now.disk_bytes)}`}>
                {bytes(now.disk_free_bytes)}
              </Figure>
            </dl>
            <Charts />
          </>
        )}
        <HeavyExecutions />
        <Hosts />
      </div>
    </main>
  );
}

function Charts() {
  const samples = useSystem((state) => state.samples);
  const of = (name: "cpu_percent" | "memory_bytes" | "loop_lag_ms" | "running" | "queued") =>
    samples.map((sample) => sample[name]);
  const times = useMemo(() => samples.map(({ at }) => at), [samples]);
  const shared = { times, kind: "lines", formatTime, height: 140 } as const;
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Chart
        title="Processor"
        series={[{ label: "CPU", color: "--status-running", values: of("cpu_percent") }]}
        format={percent}
        {...shared}
      />
      <Chart
        title="Memory"
        series={[{ label: "resident", color: "--status-running", values: of("memory_bytes") }]}
        format={bytes}
        {...shared}
      />
      <Chart
        title="Executions"
        series={[
          { label: "running", color: "--status-running", values: of("running") },
          { label: "queued", color: "--status-queued", dash: [6, 4], values: of("queued") },
        ]}
        format={whole}
        {...shared}
      />
      <Chart
        title="Loop lag"
        series={[{ label: "lag", color: "--status-waiting", values: of("loop_lag_ms") }]}
        format={duration}
        {...shared}
      />
    </div>
  );
}
