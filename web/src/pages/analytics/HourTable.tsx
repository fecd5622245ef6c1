const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** When executions begin: hours by weekdays, in UTC. The more, the stronger the colour. */
export function HourTable({ hours }: { hours: readonly (readonly number[])[] }) {
  const most = Math.max(1, ...hours.flat());
  return (
    <section
      aria-label="When executions begin"
      className="rounded-card border border-line bg-surface p-3"
    >
      <h2 className="pb-2 text-sm">When executions begin, in UTC</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div tabIndex={0} className="overflow-x-auto">
        <table aria-label="Executions by weekday and hour" className="w-full table-fixed text-2xs">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="w-20 text-left font-normal">
                Weekday
              </th>
              {Array.from({ length: 24 }, (_, hour) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the hour is the key
                <th key={hour} scope="col" className="num font-normal">
                  {String(hour).padStart(2, "0")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map((counts, day) => (
              <tr key={DAYS[day]}>
                <th scope="row" className="text-left font-normal text-muted">
                  {DAYS[day]}
                </th>
                {counts.map((count, hour) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: the hour is the key
                    key={hour}
                    title={`${DAYS[day]}, ${hour}:00: ${count}`}
                    className="h-6 rounded-[3px] border border-surface text-center"
                    style={{ backgroundColor: shade(count / most) }}
                  >
                    {count || ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Never so strong that the number on it could not be read. */
function shade(share: number): string {
  if (share === 0) return "var(--bg)";
  return `color-mix(in srgb, var(--accent) ${Math.round(8 + 27 * share)}%, var(--surface))`;
}
