import { useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { useSettled } from "@/ui/useSettled";
import { readTime, timeText } from "./search";
import type { TimeView } from "./traceZoom";

/** The part of the time that a trace shows: at first the one that the address says, which follows it. */
export function useTimeView(): [TimeView | null, (view: TimeView | null) => void] {
  const within = useSearch({ strict: false, select: (search) => search.within });
  const [view, setView] = useState(() => readTime(within));
  const change = useChangeAddress();
  const tell = useSettled((next: TimeView | null) =>
    change({ within: next ? timeText(next) : undefined }),
  );
  const show = useCallback(
    (next: TimeView | null) => {
      setView(next);
      tell(next);
    },
    [tell],
  );
  return [view, show];
}
