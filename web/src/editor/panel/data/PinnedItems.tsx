import { Pin } from "lucide-react";
import { useMemo } from "react";
import type { JsonObject } from "../form/schema";
import { OutputView } from "./OutputView";
import { pinnedItems } from "./pinnedItems";
import type { Side, ViewName } from "./search";

interface PinnedItemsProps {
  node: string;
  output: string;
  items: readonly JsonObject[];
  root: string | null;
  side: Side;
  usual?: ViewName;
  called?: string | undefined;
}

/** The items that stand in for a node's output while the draft is tried. */
export function PinnedItems({ node, output, items, ...view }: PinnedItemsProps) {
  const source = useMemo(() => pinnedItems(node, output, items), [node, output, items]);
  return (
    <OutputView
      source={source}
      mark={
        <span className="flex items-center gap-1 text-xs text-accent">
          <Pin size={12} aria-hidden /> pinned
        </span>
      }
      {...view}
    />
  );
}
