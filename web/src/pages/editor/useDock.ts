import { useState } from "react";
import type { DockTab } from "@/editor/dock/Dock";

const KEY = "tidegate.dock";

/** What is shown below the canvas, and whether it is open; kept in this browser. */
export function useDock() {
  const [isOpen, setOpen] = useState(() => localStorage.getItem(KEY) === "open");
  const [tab, setTab] = useState<DockTab>("timeline");
  const set = (open: boolean) => {
    setOpen(open);
    localStorage.setItem(KEY, open ? "open" : "closed");
  };
  return {
    isOpen,
    tab,
    show: setTab,
    toggle: () => set(!isOpen),
    open: (wanted: DockTab) => {
      setTab(wanted);
      set(true);
    },
  };
}
