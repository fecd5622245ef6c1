import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import type { DockTab } from "@/editor/dock/search";
import { EDITOR } from "./search";

/** What is shown below the canvas: the address says it as long as it is open. */
export function useDock() {
  const tab = useSearch({ from: EDITOR, select: (search) => search.dock });
  const change = useChangeAddress();
  const [last, setLast] = useState<DockTab>("timeline");
  if (tab !== undefined && tab !== last) setLast(tab);
  return {
    isOpen: tab !== undefined,
    tab: tab ?? last,
    toggle: () => change({ dock: tab === undefined ? last : undefined }),
    open: (wanted: DockTab) => change({ dock: wanted }),
  };
}
