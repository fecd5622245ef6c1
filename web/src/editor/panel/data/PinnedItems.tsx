import { Pin } from "lucide-react";
import { useState } from "react";
import type { JsonObject } from "../form/schema";
import { JsonList } from "./JsonItems";
import { SchemaTree, shapeOf } from "./SchemaTree";
import { ViewChoice, type ViewName } from "./ViewChoice";

interface PinnedItemsProps {
  node: string;
  items: readonly JsonObject[];
  root: string | null;
}

/** The items that stand in for a node's output while the draft is tried. */
export function PinnedItems({ node, items, root }: PinnedItemsProps) {
  const [view, setView] = useState<ViewName>(root === null ? "json" : "schema");
  return (
    <section aria-label={`Pinned output of ${node}`} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-2 p-2">
        <ViewChoice value={view} onChange={setView} names={["json", "schema"]} />
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
