import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { useKeys } from "@/app/shortcuts/useKeys";
import { addNodeOfType } from "@/editor/canvas/actions";
import { iconOf } from "@/editor/canvas/icons";
import { Outline } from "@/editor/canvas/Outline";
import type { NodeTypes } from "@/editor/canvas/ports";
import { categoryLabel, searchTypes } from "@/editor/canvas/search";
import { ui } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";
import { Button } from "@/ui/Button";
import { INPUT } from "@/ui/Field";

interface SidebarProps {
  types: NodeTypes;
  width: number;
  onOpen: (id: string) => void;
}

/** On the left: the nodes of the workflow, or the node types to drag from. */
export function Sidebar({ types, width, onOpen }: SidebarProps) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const count = useWorkflow((state) => Object.keys(state.document.nodes).length);
  const keys = useKeys()("editor.add");
  const [part, setPart] = useState<"outline" | "types">("outline");
  return (
    <section
      aria-label="Outline"
      style={{ width }}
      className="flex min-h-0 shrink-0 flex-col bg-surface pt-2"
    >
      {isReadOnly ? null : (
        <Button
          className="mx-2 mb-2"
          onPress={() => ui().open({ kind: "palette", at: null, origin: null })}
        >
          <Plus size={15} aria-hidden /> Add a node
          {keys ? <kbd className="text-2xs text-muted">{keys}</kbd> : null}
        </Button>
      )}
      <div role="tablist" aria-label="What is shown here" className="mx-2 mb-2 flex gap-3 text-xs">
        {(["outline", "types"] as const).map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            aria-selected={part === each}
            onClick={() => setPart(each)}
            className={
              part === each
                ? "min-h-6 border-b-2 border-accent font-semibold"
                : "min-h-6 border-b-2 border-transparent text-muted hover:text-text"
            }
          >
            {each === "outline" ? `Nodes (${count})` : "Node types"}
          </button>
        ))}
      </div>
      {part === "outline" ? <Outline types={types} onOpen={onOpen} /> : <Types types={types} />}
    </section>
  );
}

/** Node types by category: dragged to the canvas, or added by a click. */
function Types({ types }: { types: NodeTypes }) {
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
