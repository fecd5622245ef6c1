import { asStatus, statusColor } from "@/ui/StatusIcon";
import { ago } from "@/ui/TimeAgo";
import { duration } from "@/ui/time";
import { type ListedWorkflow, RECENT } from "./queries";

type Recent = ListedWorkflow["recent"][number];

const HEIGHT = 22;

/** The newest executions as bars, the newest on the right: height is time, colour the status. */
export function RecentBars({ recent }: { recent: readonly Recent[] }) {
  if (recent.length === 0) return <span className="text-xs text-muted">not run yet</span>;
  const longest = Math.max(...recent.map((each) => each.duration_ms ?? 0), 1);
  const bars = [...recent].reverse();
  const newest = recent[0];
  return (
    <div className="flex items-center gap-2">
      <svg width={RECENT * 5} height={HEIGHT} role="img" aria-label={summary(recent)}>
        {bars.map((each, index) => (
          <Bar key={each.id} execution={each} x={index * 5} longest={longest} />
        ))}
      </svg>
      {newest?.created_at ? (
        <span className="text-xs whitespace-nowrap text-muted">{ago(newest.created_at)}</span>
      ) : null}
    </div>
  );
}

function Bar({ execution, x, longest }: { execution: Recent; x: number; longest: number }) {
  const status = asStatus(execution.status);
  const share = Math.sqrt((execution.duration_ms ?? longest) / longest);
  const height = Math.max(4, share * HEIGHT);
  const failed = status === "failed" || status === "crashed";
  const words = `#${execution.number} ${status}, ${duration(execution.duration_ms)}`;
  return (
    <g>
      <title>{words}</title>
      <rect x={x} y={HEIGHT - height} width={4} height={height} rx={1} fill={statusColor(status)} />
      {/* A failure is also a shape: a notch that the eye finds without the colour. */}
      {failed ? <rect x={x + 1} y={HEIGHT - 3} width={2} height={2} fill="var(--surface)" /> : null}
    </g>
  );
}

function summary(recent: readonly Recent[]): string {
  const counts = new Map<string, number>();
  for (const each of recent) counts.set(each.status, (counts.get(each.status) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} ${status}`);
  return `Last ${recent.length} executions: ${parts.join(", ")}`;
}
