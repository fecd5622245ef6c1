/** A duration for people: `0.4 ms`, `12 ms`, `1.25 s`, `3 min 4 s`, `2 h 5 min`. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return "–";
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const TODAY = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const OTHER_DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A time of the server (ISO 8601) in the reader's words: today only the hour. */
export function moment(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return "–";
  const time = new Date(iso);
  return (time.toDateString() === now.toDateString() ? TODAY : OTHER_DAY).format(time);
}

/** Bytes for people: `512 B`, `1.5 kB`, `3.2 MB`. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return "–";
  if (count < 1_000) return `${count} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = count / 1_000;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
