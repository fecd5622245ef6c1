import type { ReactNode } from "react";

interface FigureProps {
  label: string;
  children: ReactNode;
  /** What stands below: a change, a limit. */
  note?: ReactNode;
}

/** One number that matters, with its name. */
export function Figure({ label, children, note }: FigureProps) {
  return (
    <div className="min-w-0 rounded-card border border-line bg-surface p-3">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="num mt-0.5 truncate text-xl font-semibold">{children}</dd>
      {note ? <dd className="num text-xs text-muted">{note}</dd> : null}
    </div>
  );
}
