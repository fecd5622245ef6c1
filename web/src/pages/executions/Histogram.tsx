import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { persistently } from "@/ui/persistently";
import { STATUS_COLORS } from "./colors";
import { histogramQuery } from "./queries";
import type { ExecutionsSearch } from "./search";

const Chart = lazy(
  persistently(() => import("@/ui/chart/Chart").then((module) => ({ default: module.Chart }))),
);

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
});
const SECONDS = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const HEIGHT = 72;

/** As exact as the parts are long. */
function clockOf(times: readonly number[]): Intl.DateTimeFormat {
  const [first = 0, second = first] = times;
  const length = second - first;
  return length < 60 ? SECONDS : length <= 3_600 ? CLOCK : DAY;
}

interface HistogramProps {
  search: ExecutionsSearch;
  /** Takes the time that somebody chose in it: milliseconds since 1970. */
  onTime: (from: number, to: number) => void;
}

/** When the executions that fit began, by status. */
export function Histogram({ search, onTime }: HistogramProps) {
  const found = useQuery(histogramQuery(search));
  const parts = found.data?.parts;
  const series = useMemo(
    () =>
      STATUS_COLORS.map(({ label, color }) => ({
        label,
        color,
        values: (parts ?? []).map(({ counts }) => counts[label] ?? 0),
      })).filter(({ values }) => values.some(Boolean)),
    [parts],
  );
  const times = useMemo(
    () => (parts ?? []).map(({ from }) => (from ? Date.parse(from) / 1_000 : 0)),
    [parts],
  );
  // Beside the list it is a help, not what somebody came for: without numbers it is not there.
  if (series.length === 0) return null;
  const format = clockOf(times);
  return (
    <div className="px-6 pb-3">
      <Suspense fallback={<div style={{ height: HEIGHT + 80 }} />}>
        <Chart
          title={
            search.since || search.from !== undefined
              ? "When they began"
              : "When they began, last 24 hours"
          }
          times={times}
          series={series}
          kind="bars"
          format={whole}
          formatTime={(seconds) => format.format(seconds * 1_000)}
          height={HEIGHT}
          onBrush={(from, to) => onTime(Math.floor(from * 1_000), Math.ceil(to * 1_000))}
        />
      </Suspense>
    </div>
  );
}

function whole(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : "";
}
