import { Pin } from "lucide-react";
import { useState } from "react";
import type { JsonObject } from "../form/schema";
import { JsonTree } from "./JsonTree";
import { SchemaTree, shapeOf } from "./SchemaTree";
import { ViewChoice, type ViewName } from "./ViewChoice";

interface PinnedItemsProps {
  node: string;
  items: readonly JsonObject[];
  root: string | null;
}

const MOST = 50;

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
      <div className="min-h-0 flex-1 overflow-auto">
        {view === "schema" ? (
          <SchemaTree fields={shapeOf(items)} count={items.length} root={root} />
        ) : (
          items.slice(0, MOST).map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an item's place is all that names it
            <JsonTree key={index} value={item} root={root} label={`Item ${index}`} />
          ))
        )}
        {view === "json" && items.length > MOST ? (
          <p className="p-2 text-xs text-muted">{`The first ${MOST} of ${items.length}.`}</p>
        ) : null}
      </div>
    </section>
  );
}
