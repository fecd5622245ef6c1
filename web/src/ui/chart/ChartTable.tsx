import { useState } from "react";
import type { ChartSeries } from "./options";

interface ChartTableProps {
  title: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  formatTime: (seconds: number) => string;
}

/** The numbers of a chart; parts of the time without any are left out. */
export function ChartTable({ title, times, series, format, formatTime }: ChartTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="pt-1 text-xs"
      onToggle={({ currentTarget: details }) => setOpen(details.open)}
    >
      <summary className="w-fit cursor-pointer rounded-control px-1 text-muted hover:text-text">
        As a table
      </summary>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <div tabIndex={0} className="max-h-60 overflow-auto">
          <table aria-label={title} className="w-full">
            <thead className="text-left text-muted">
              <tr>
                <th scope="col" className="px-2 py-1 font-semibold">
                  From
                </th>
                {series.map(({ label }) => (
                  <th key={label} scope="col" className="px-2 py-1 text-right font-semibold">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) =>
                series.some(({ values }) => values[index]) ? (
                  <tr key={time} className="border-t border-line">
                    <th scope="row" className="num px-2 py-0.5 text-left font-normal">
                      {formatTime(time)}
                    </th>
                    {series.map(({ label, values }) => (
                      <td key={label} className="px-2 text-right">
                        {values[index] === null || values[index] === undefined
                          ? "–"
                          : format(values[index])}
                      </td>
                    ))}
                  </tr>
                ) : null,
              )}
            </tbody>
          </table>
        </div>
      ) : null}
    </details>
  );
}
