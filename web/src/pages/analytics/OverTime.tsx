import { useMemo } from "react";
import { STATUS_COLORS } from "@/pages/executions/colors";
import { Chart } from "@/ui/chart/Chart";
import type { ChartSeries } from "@/ui/chart/options";
import { duration } from "@/ui/time";
import type { Analytics } from "./queries";
import type { Range } from "./search";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
});

/** Executions by status, and their durations, in each part of the time. */
export function OverTime({ series, range }: { series: Analytics["series"]; range: Range }) {
  const times = useMemo(
    () => series.map(({ from }) => (from ? Date.parse(from) / 1_000 : 0)),
    [series],
  );
  const counts = useMemo(
    () =>
      STATUS_COLORS.map(
        ({ label, color }): ChartSeries => ({
          label,
          color,
          values: series.map((part) => part.counts[label] ?? 0),
        }),
      ).filter(({ values, label }) => label === "succeeded" || values.some(Boolean)),
    [series],
  );
  const durations = useMemo(
    (): ChartSeries[] => [
      { label: "median", color: "--status-running", values: series.map((part) => part.p50_ms) },
      {
        label: "95th percentile",
        color: "--status-waiting",
        dash: [6, 4],
        values: series.map((part) => part.p95_ms),
      },
    ],
    [series],
  );
  const formatTime = (seconds: number) =>
    (range === "hour" || range === "day" ? CLOCK : DAY).format(seconds * 1_000);
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Chart
        title="Executions by status"
        times={times}
        series={counts}
        kind="bars"
        format={whole}
        formatTime={formatTime}
      />
      <Chart
        title="Duration"
        times={times}
        series={durations}
        kind="lines"
        format={duration}
        formatTime={formatTime}
      />
    </div>
  );
}

function whole(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : "";
}
