import clsx from "clsx";
import type { ReactNode } from "react";

const KINDS = {
  plain: "border-line text-muted",
  accent: "border-accent/40 bg-accent-soft text-accent",
  warning: "border-warning/40 bg-warning-soft text-warning",
  danger: "border-danger/40 bg-danger-soft text-danger",
  success: "border-status-succeeded/40 bg-success-soft text-status-succeeded",
};

/** A word about the thing that it stands beside. */
export function Badge({
  kind = "plain",
  children,
}: {
  kind?: keyof typeof KINDS;
  children: ReactNode;
}) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1 rounded-full border px-2 py-px text-2xs whitespace-nowrap",
        KINDS[kind],
      )}
    >
      {children}
    </span>
  );
}
