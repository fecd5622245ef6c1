import { clsx } from "clsx";
import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Clock,
  Hourglass,
  LoaderCircle,
  OctagonX,
  RotateCw,
  Zap,
} from "lucide-react";

/** Of executions, node executions and attempts; `idle` is where there is none. */
export type Status =
  | "idle"
  | "pending"
  | "queued"
  | "running"
  | "retrying"
  | "waiting"
  | "started"
  | "succeeded"
  | "failed"
  | "crashed"
  | "skipped"
  | "cancelled";

const LOOKS: Record<Status, { icon: typeof Clock; color: string }> = {
  idle: { icon: CircleDashed, color: "text-status-idle" },
  pending: { icon: CircleDashed, color: "text-status-idle" },
  queued: { icon: Clock, color: "text-status-queued" },
  running: { icon: LoaderCircle, color: "text-status-running" },
  started: { icon: LoaderCircle, color: "text-status-running" },
  retrying: { icon: RotateCw, color: "text-status-running" },
  waiting: { icon: Hourglass, color: "text-status-waiting" },
  succeeded: { icon: CircleCheck, color: "text-status-succeeded" },
  failed: { icon: OctagonX, color: "text-status-failed" },
  crashed: { icon: Zap, color: "text-status-failed" },
  skipped: { icon: CircleDashed, color: "text-status-idle" },
  cancelled: { icon: CircleSlash, color: "text-status-idle" },
};

/** A status as the server writes it; one that is not known is shown as `idle`. */
export function asStatus(text: string | null | undefined): Status {
  return text && Object.hasOwn(LOOKS, text) ? (text as Status) : "idle";
}

/** The colour of a status, as the name of a CSS variable. */
export function statusColor(status: Status): string {
  return `var(--${LOOKS[status].color.replace("text-", "")})`;
}

interface StatusIconProps {
  status: Status;
  size?: number;
  /** Whether the word stands beside it; else it is only read aloud. */
  withWord?: boolean;
  className?: string;
}

/** A status: colour, shape and word. */
export function StatusIcon({ status, size = 14, withWord = false, className }: StatusIconProps) {
  const { icon: Icon, color } = LOOKS[status];
  return (
    <span className={clsx("inline-flex items-center gap-1 whitespace-nowrap", color, className)}>
      <Icon size={size} aria-hidden strokeWidth={2.4} />
      <span className={clsx(!withWord && "sr-only", status === "cancelled" && "line-through")}>
        {status}
      </span>
    </span>
  );
}
