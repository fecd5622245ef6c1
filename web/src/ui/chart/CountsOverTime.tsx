import { lazy, Suspense, useMemo } from "react";
import { persistently } from "@/ui/persistently";

const Chart = lazy(
  persistently(() => import("./Chart").then((module) => ({ default: module.Chart }))),
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

interface CountsOverTimeProps {
  title: string;
  parts: readonly { from: string | null; counts: Record<string, number> }[] | undefined;
  /** The kinds that are counted, in the order in which they are stacked. */
  kinds: readonly { label: string; color: string }[];
  /** Takes the time that somebody chose in it: milliseconds since 1970. */
  onTime: (from: number, to: number) => void;
}

/** How many entries of a list there were when, by kind: beside the list, from which time is chosen. */
export function CountsOverTime({ title, parts, kinds, onTime }: CountsOverTimeProps) {
  const series = useMemo(
    () =>
      kinds
        .map(({ label, color }) => ({
          label,
          color,
          values: (parts ?? []).map(({ counts }) => counts[label] ?? 0),
        }))
        .filter(({ values }) => values.some(Boolean)),
    [parts, kinds],
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
          title={title}
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
