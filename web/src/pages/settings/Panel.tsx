import type { ReactNode } from "react";

/** A part of a settings page. */
export function Panel({
  title,
  about,
  actions,
  children,
}: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mb-5 rounded-card border border-line bg-surface">
      <header className="flex items-start gap-3 px-4 pt-3">
        <div className="mr-auto">
          <h2 className="text-sm">{title}</h2>
          {about ? <p className="text-xs text-muted">{about}</p> : null}
        </div>
        {actions}
      </header>
      <div className="p-4">{children}</div>
    </section>
  );
}

/** The cells of tables in settings. */
export const CELL = "px-2 py-1.5 text-left align-middle first:pl-0 last:pr-0";
