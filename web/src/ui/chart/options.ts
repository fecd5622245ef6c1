import uPlot from "uplot";
import { type Parts, partsBetween, stepOf } from "./parts";

/** What uPlot is told: colours of the theme, axes, and stacked bars or lines. */

export interface ChartSeries {
  label: string;
  values: readonly (number | null)[];
  /** The CSS variable of its colour. */
  color: string;
  /** For lines: dashes and gaps, so that colour is not all that tells them apart. */
  dash?: number[];
}

/** Bars stand on each other in the order of their series. */
export type Kind = "bars" | "lines";

export interface Plotted {
  times: readonly number[];
  series: readonly ChartSeries[];
  kind: Kind;
  format: (value: number) => string;
  formatTime: (seconds: number) => string;
}

const AXIS_FONT = '11px "Inter Variable", system-ui, sans-serif';

/** The sums of each series and those below it. */
export function stacked(series: readonly Pick<ChartSeries, "values">[]): number[][] {
  const sums: number[][] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
  }
  return sums;
}

/** Bars are painted from the highest sum down: each covers a part of the one before. */
export function dataOf({
  times,
  series,
  kind,
}: Pick<Plotted, "times" | "series" | "kind">): uPlot.AlignedData {
  const rows =
    kind === "bars" ? stacked(series).reverse() : series.map(({ values }) => [...values]);
  return [[...times], ...rows];
}

export function optionsOf(
  { times, series, kind, format, formatTime }: Plotted,
  size: { width: number; height: number },
  onPoint: (index: number | null) => void,
  onBrush: ((parts: Parts) => void) | null,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--muted"),
    font: AXIS_FONT,
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
  const shown = kind === "bars" ? [...series].reverse() : series;
  return {
    ...size,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: onBrush !== null, y: false, setScale: false, dist: 4 },
      points: { show: kind === "lines" },
    },
    scales: {
      // A bar stands to the right of its time: the last one needs a place, too.
      x: { range: (_plot, min, max) => [min, max + (kind === "bars" ? stepOf(times) : 0)] },
      y: { range: (_plot, _min, max) => [0, (max || 1) * 1.1] },
    },
    axes: [
      {
        ...axis,
        space: 90,
        size: 30,
        values: (_plot, splits) => splits.map((seconds) => formatTime(seconds)),
      },
      { ...axis, size: 64, values: (_plot, splits) => splits.map((value) => format(value)) },
    ],
    series: [
      {},
      ...shown.map(
        (one): uPlot.Series => ({
          label: one.label,
          stroke: color(one.color),
          width: kind === "bars" ? 0 : 2,
          // A lone number between gaps makes no line: it is a point.
          points: { show: kind === "lines" && isSparse(one.values), size: 6 },
          ...(kind === "bars"
            ? { fill: color(one.color), paths: barPaths() }
            : { spanGaps: true, ...(one.dash ? { dash: one.dash } : {}) }),
        }),
      ),
    ],
    hooks: {
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)],
      setSelect: [(plot) => onBrush && brushed(plot, onBrush)],
    },
  };
}

function brushed(plot: uPlot, onBrush: (parts: Parts) => void): void {
  const { left, width } = plot.select;
  if (width === 0) return;
  const [begin, end] = [left, left + width].map((place) => plot.posToVal(place, "x"));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  // The times of the plot, not those that it was made with: they go on.
  onBrush(partsBetween([...plot.data[0]], begin ?? 0, end ?? 0));
}

function barPaths(): uPlot.Series.PathBuilder {
  const bars = uPlot.paths.bars;
  if (!bars) throw new Error("this uPlot draws no bars");
  return bars({ size: [0.8, 60], align: 1 });
}

function isSparse(values: readonly (number | null)[]): boolean {
  return values.filter((value) => value !== null).length < values.length / 2;
}
