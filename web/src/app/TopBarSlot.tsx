import type { ReactNode } from "react";
import { createPortal } from "react-dom";

export const SLOT = "top-bar-slot";

/** What a page puts into the top bar, such as who else has a workflow open. */
export function TopBarSlot({ children }: { children: ReactNode }) {
  const place = document.getElementById(SLOT);
  return place ? createPortal(children, place) : null;
}
