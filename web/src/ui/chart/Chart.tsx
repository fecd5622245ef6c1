import { useEffect, useId, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { Brush } from "./Brush";
import { ChartTable } from "./ChartTable";
import { type ChartSeries, dataOf, type Kind, optionsOf } from "./options";
import { type Parts, timeOf } from "./parts";

interface ChartProps {
  title: string;
  /** The begin of each part: seconds since 1970. */
  times: readonly number[];
  series: readonly ChartSeries[];
  kind: Kind;
  format: (value: number) => string;
  /** How a time is written. */
  formatTime: (seconds: number) => string;
  height?: number;
  /** Takes a part of the time, in seconds since 1970, that somebody chose by mouse or keyboard. */
  onBrush?: (from: number, to: number) => void;
}

/** Numbers over time as a picture, and as a table below it for those who can't use the picture. */
export function Chart({
  title,
  times,
  series,
  kind,
  format,
  formatTime,
  height = 180,
  onBrush,
}: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const choose = (parts: Parts) => onBrush?.(...timeOf(times, parts));
  const latest = useRef({ times, series, kind, format, formatTime, choose });
  latest.current = { times, series, kind, format, formatTime, choose };
  const hasBrush = onBrush !== undefined && times.length > 1;
  const [pointed, setPointed] = useState<number | null>(null);
  const name = useId();
  const names = series.map(({ label }) => label).join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: new names are a new plot, new numbers are not
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const make = () => {
      plot.current?.destroy();
      const size = { width: box.clientWidth, height };
      plot.current = new uPlot(
        optionsOf(
          latest.current,
          size,
          setPointed,
          hasBrush ? (parts) => latest.current.choose(parts) : null,
        ),
        dataOf(latest.current),
        box,
      );
    };
    make();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: box.clientWidth, height }),
    );
    resized.observe(box);
    // The colours are read from the theme when the plot is made.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [height, kind, names, hasBrush]);

  useEffect(() => {
    plot.current?.setData(dataOf({ times, series, kind }));
  }, [times, series, kind]);

  const time = pointed === null ? undefined : times[pointed];
  return (
    <figure aria-labelledby={name} className="rounded-card border border-line bg-surface p-3">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 pb-2">
        <h2 id={name} className="mr-auto text-sm">
          {title}
        </h2>
        {series.map(({ label, color, dash, values }) => (
          <span key={label} className="flex items-center gap-1.5 text-xs">
            <span
              aria-hidden
              className={dash ? "w-3 border-t-2 border-dashed" : "size-2.5 rounded-[2px]"}
              style={dash ? { borderColor: `var(${color})` } : { backgroundColor: `var(${color})` }}
            />
            {label}
            {pointed === null ? null : (
              <span className="num text-muted">{text(values[pointed], format)}</span>
            )}
          </span>
        ))}
        {time === undefined ? null : (
          <span className="num text-xs text-muted">{formatTime(time)}</span>
        )}
      </figcaption>
      <div className="relative">
        <div ref={place} aria-hidden="true" style={{ height }} />
        {hasBrush ? <Brush times={times} formatTime={formatTime} onChoose={choose} /> : null}
      </div>
      <ChartTable
        title={title}
        times={times}
        series={series}
        format={format}
        formatTime={formatTime}
      />
    </figure>
  );
}

function text(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}
