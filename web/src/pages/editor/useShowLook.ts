import { useCallback } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { ui } from "@/editor/canvas/ui";
import { edgesInto, workflow } from "@/editor/document";
import { OTHER_NODE, ofSide } from "@/editor/panel/data/search";
import type { Look } from "@/editor/panel/look";

/** Shows what a line of the log, a request or a span is about: the node flashes, its data opens. */
export function useShowLook() {
  const change = useChangeAddress();
  return useCallback(
    ({ node, side, iteration, item }: Look) => {
      const { document, selection, select } = workflow();
      // The workflow may have changed since.
      if (!document.nodes[node]) return;
      // The place is one of all items that came in: by several edges nobody knows by which.
      const isPlain = side === "output" || edgesInto(document, node).length === 1;
      change({
        ...OTHER_NODE,
        node,
        tab: side,
        ...(selection.has(node) ? {} : { focus: undefined }),
        ...ofSide({ iteration: iteration || undefined }, side),
        ...(item !== undefined && isPlain ? ofSide({ item, show: "table" }, side) : {}),
      });
      select([node]);
      ui().view?.reveal(node);
      ui().view?.flash(node);
    },
    [change],
  );
}
