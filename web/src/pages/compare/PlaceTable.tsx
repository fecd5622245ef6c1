import type { Place } from "./structure";

const MARKS = {
  added: { sign: "+", color: "text-status-succeeded" },
  removed: { sign: "−", color: "text-danger" },
  changed: { sign: "~", color: "text-warning" },
};

const MOST_TEXT = 2_000;

/** Places at which two values differ, side by side. */
export function PlaceTable({ label, places }: { label: string; places: readonly Place[] }) {
  return (
    <table aria-label={label} className="w-full table-fixed border-collapse text-xs">
      <thead className="text-left text-muted">
        <tr>
          <th scope="col" className="w-1/4 px-2 py-1 font-semibold">
            Place
          </th>
          <th scope="col" className="px-2 py-1 font-semibold">
            A
          </th>
          <th scope="col" className="px-2 py-1 font-semibold">
            B
          </th>
        </tr>
      </thead>
      <tbody>
        {places.map(({ path, kind, before, after }) => (
          <tr key={path} className="border-t border-line align-top">
            <th scope="row" className="px-2 py-1 text-left font-mono font-normal break-all">
              <span aria-hidden className={`mr-1 font-semibold ${MARKS[kind].color}`}>
                {MARKS[kind].sign}
              </span>
              {path} <span className="sr-only">{kind}</span>
            </th>
            <td className="px-2 py-1">
              <Value value={before} color={MARKS.removed.color} />
            </td>
            <td className="px-2 py-1">
              <Value value={after} color={MARKS.added.color} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, color }: { value: unknown; color: string }) {
  if (value === undefined || value === null)
    return <span className="text-muted">{value === null ? "null" : "not there"}</span>;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <code className={`break-all whitespace-pre-wrap ${color}`}>
      {text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text}
    </code>
  );
}
