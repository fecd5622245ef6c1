import { useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect } from "react";
import { useKeys } from "@/app/shortcuts/useKeys";
import { useChangeAddress } from "@/app/useChangeAddress";
import { Outline } from "@/editor/canvas/Outline";
import type { NodeTypes } from "@/editor/canvas/ports";
import { ui } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";
import { Button } from "@/ui/Button";
import { onDemand } from "@/ui/onDemand";
import { EDITOR } from "./search";

const TypeList = onDemand(() => import("./TypeList").then((it) => it.TypeList));

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
  // There before the server may go away: editing goes on without it.
  useEffect(() => TypeList.preload(), []);
  const part = useSearch({ from: EDITOR, select: (search) => search.side ?? "outline" });
  const change = useChangeAddress();
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
            onClick={() => change({ side: each === "types" ? each : undefined })}
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
      {part === "outline" ? <Outline types={types} onOpen={onOpen} /> : <TypeList types={types} />}
    </section>
  );
}
