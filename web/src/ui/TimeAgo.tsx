const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** A time as its distance from now: `3 minutes ago`, `yesterday`, `in 2 hours`. */
export function ago(iso: string, now: Date = new Date()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  return Math.abs(seconds) < 10 ? "just now" : RELATIVE.format(Math.round(seconds), "second");
}

/** How long ago; the exact time shows on hover. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  if (!at) return <span className="text-muted">never</span>;
  return (
    <time dateTime={at} title={EXACT.format(new Date(at))} className="whitespace-nowrap">
      {ago(at)}
    </time>
  );
}
