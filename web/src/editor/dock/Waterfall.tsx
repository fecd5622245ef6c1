import { duration } from "@/ui/time";
import { PHASES, phasesOf } from "./phases";

/** How the time of a request was spent, as a bar of its phases. */
export function Waterfall({ timings }: { timings: unknown }) {
  const phases = phasesOf(timings);
  if (phases.length === 0) return <span className="text-muted">–</span>;
  const text = phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(", ");
  return (
    <span
      role="img"
      aria-label={text}
      title={text}
      className="flex h-2 overflow-hidden rounded-full bg-hover"
    >
      {phases.map(({ name, share }) => (
        <span key={name} style={{ width: `${share}%`, backgroundColor: PHASES[name] }} />
      ))}
    </span>
  );
}
