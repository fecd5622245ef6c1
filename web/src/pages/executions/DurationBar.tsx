import { duration } from "@/ui/time";
import { scaleOf } from "./usual";

interface DurationBarProps {
  milliseconds: number | null;
  /** The longest one of the same workflow that is listed. */
  longest: number;
  /** What 95 of 100 executions of the workflow do not exceed; null: not known. */
  usual: number | null;
}

/** How long it took, beside the others of its workflow; the tick is the 95th percentile. */
export function DurationBar({ milliseconds, longest, usual }: DurationBarProps) {
  const scale = scaleOf(longest, usual);
  const isSlow = usual !== null && milliseconds !== null && milliseconds > usual;
  return (
    <span
      className="flex items-center gap-2"
      title={usual === null ? undefined : `95 of 100 take up to ${duration(usual)}`}
    >
      <span aria-hidden className="relative h-1.5 w-16 rounded-full bg-hover">
        <span
          className={`block h-full rounded-full ${isSlow ? "bg-status-waiting" : "bg-line-strong"}`}
          style={{ width: `${(100 * (milliseconds ?? 0)) / scale}%` }}
        />
        {usual === null ? null : (
          <span
            data-tick=""
            className="absolute -inset-y-0.5 w-0.5 bg-text"
            style={{ left: `${(100 * usual) / scale}%` }}
          />
        )}
      </span>
      <span className="num">{duration(milliseconds)}</span>
      {isSlow ? <span className="sr-only">slower than 95 of 100</span> : null}
    </span>
  );
}
