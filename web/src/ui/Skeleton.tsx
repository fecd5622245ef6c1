import { clsx } from "clsx";
import { useEffect, useState } from "react";

/** Grey bars while something loads; nothing for the first 150 ms, so that quick answers do not flash. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div role="status" aria-label="Loading" className={clsx("flex flex-col gap-2 p-3", className)}>
      {Array.from({ length: lines }, (_, index) => index).map((line) => (
        <span key={line} className="h-3 rounded-control bg-hover" />
      ))}
    </div>
  );
}
