import type { ReactNode } from "react";
import { Mark } from "@/app/Rail";

/** The frame of the pages before somebody is signed in. */
export function Entrance({
  title,
  children,
  below,
}: {
  title: string;
  children: ReactNode;
  below?: ReactNode;
}) {
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 p-6">
      <div className="flex items-center gap-2.5 text-lg font-semibold">
        <Mark size={30} />
        Tidegate
      </div>
      <section className="w-full max-w-96 rounded-card border border-line bg-surface p-6 shadow-float">
        <h1 className="mb-4 text-lg">{title}</h1>
        {children}
      </section>
      {below ? <p className="max-w-96 text-center text-xs text-muted">{below}</p> : null}
    </main>
  );
}
