/** The colours of the statuses of executions in charts, in the order in which they are stacked. */
export const STATUS_COLORS = [
  { label: "succeeded", color: "--status-succeeded" },
  { label: "failed", color: "--status-failed" },
  { label: "crashed", color: "--danger" },
  { label: "cancelled", color: "--status-idle" },
  { label: "waiting", color: "--status-waiting" },
  { label: "running", color: "--status-running" },
  { label: "queued", color: "--status-queued" },
] as const;
