import { useCallback } from "react";
import { ui } from "@/editor/canvas/ui";
import { workflow } from "@/editor/document";
import { type Look, lookAt } from "@/editor/panel/look";

/** Shows what a line of the log, a request or a span is about: the node flashes, its data opens. */
export function useShowLook(setTab: (tab: string) => void) {
  return useCallback(
    (look: Look) => {
      // The workflow may have changed since.
      if (!workflow().document.nodes[look.node]) return;
      workflow().select([look.node]);
      lookAt(look);
      setTab(look.side);
      ui().view?.reveal(look.node);
      ui().view?.flash(look.node);
    },
    [setTab],
  );
}
