import { Pin } from "lucide-react";
import type { JsonObject } from "../form/schema";
import { JsonList } from "./JsonItems";
import { SchemaTree, shapeOf } from "./SchemaTree";
import type { Side } from "./search";
import { useSideView } from "./useSideView";
import { ViewChoice } from "./ViewChoice";

interface PinnedItemsProps {
  node: string;
  items: readonly JsonObject[];
  root: string | null;
  side: Side;
}

const VIEWS = ["json", "schema"] as const;

/** The items that stand in for a node's output while the draft is tried. */
export function PinnedItems({ node, items, root, side }: PinnedItemsProps) {
  const [{ show }, change] = useSideView(side);
  const view = VIEWS.find((each) => each === show) ?? (root === null ? "json" : "schema");
  return (
    <section aria-label={`Pinned output of ${node}`} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-2 p-2">
        <ViewChoice value={view} onChange={(name) => change({ show: name })} names={VIEWS} />
        <span className="flex items-center gap-1 text-xs text-accent">
          <Pin size={12} aria-hidden /> pinned,{" "}
          {items.length === 1 ? "1 item" : `${items.length} items`}
        </span>
      </div>
      {view === "schema" ? (
        <div className="min-h-0 flex-1 overflow-auto">
          <SchemaTree fields={shapeOf(items)} count={items.length} root={root} />
        </div>
      ) : (
        <JsonList
          label={`Pinned items of ${node}`}
          count={items.length}
          itemAt={(index) => {
            const json = items[index];
            return json && { index, json };
          }}
          root={root}
        />
      )}
    </section>
  );
}
