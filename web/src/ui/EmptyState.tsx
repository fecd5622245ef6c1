import type { ReactNode } from "react";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What will appear here, and when. */
  children?: ReactNode;
  /** The one thing to do next. */
  action?: ReactNode;
}

/** Where there is nothing yet. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      {icon ? <span className="text-muted">{icon}</span> : null}
      <p className="text-base font-semibold">{title}</p>
      {children ? <div className="max-w-96 text-sm text-muted">{children}</div> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  );
}
