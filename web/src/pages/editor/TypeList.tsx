import { useMemo, useState } from "react";
import { addNodeOfType } from "@/editor/canvas/actions";
import { iconOf } from "@/editor/canvas/icons";
import type { NodeTypes } from "@/editor/canvas/ports";
import { categoryLabel, searchTypes } from "@/editor/canvas/search";
import { INPUT } from "@/ui/Field";

/** Node types by category: dragged to the canvas, or added by a click. */
export function TypeList({ types }: { types: NodeTypes }) {
  const [text, setText] = useState("");
  const found = useMemo(() => searchTypes([...types.values()], text), [types, text]);
  const categories = [...new Set(found.map((type) => type.category))];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="px-2 pb-2">
        <input
          aria-label="Search node types"
          placeholder="Search node types"
          className={INPUT}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-auto px-1 pb-2">
        {categories.map((category) => (
          <div key={category}>
            <h2 className="px-2 pt-2 pb-1 text-2xs text-muted">{categoryLabel(category)}</h2>
            <ul>
              {found
                .filter((type) => type.category === category)
                .map((type) => {
                  const Icon = iconOf(type.icon);
                  return (
                    <li key={type.name}>
                      <button
                        type="button"
                        draggable
                        title={type.summary}
                        onDragStart={(event) => {
                          event.dataTransfer.setData("application/x-tidegate-node", type.name);
                          event.dataTransfer.effectAllowed = "copy";
                        }}
                        onClick={() => addNodeOfType(type, null, null)}
                        className="flex min-h-7 w-full cursor-grab items-center gap-2 rounded-control px-2 text-left text-sm hover:bg-hover"
                      >
                        <Icon size={14} aria-hidden className="shrink-0 text-muted" />
                        <span className="truncate">{type.label}</span>
                      </button>
                    </li>
                  );
                })}
            </ul>
          </div>
        ))}
      </div>
    </div>
  );
}
