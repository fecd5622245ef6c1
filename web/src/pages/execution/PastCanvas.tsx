import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { nodeTypesQuery } from "@/api/queries";
import { Canvas } from "@/editor/canvas/Canvas";
import { ContextMenu } from "@/editor/canvas/ContextMenu";
import { Outline } from "@/editor/canvas/Outline";
import type { NodeTypes } from "@/editor/canvas/ports";
import { useUi } from "@/editor/canvas/ui";
import { onCanvasFocus, onCanvasKey, useKeysOfNobody } from "@/editor/canvas/useEditorKeys";
import { ViewShortcuts } from "@/editor/canvas/ViewShortcuts";
import { workflow } from "@/editor/document";

/** The canvas may still be placing its cards. */
const PLACED_MS = 100;

interface PastCanvasProps {
  onNode: (id: string) => void;
  /** The node that is looked at, and the span of it: it is selected, and flashes. */
  node: string | null;
  span: string | undefined;
}

/** The editor's canvas and outline, to look at: nodes are found, moved to and opened. */
export function PastCanvas({ onNode, node, span }: PastCanvasProps) {
  const list = useQuery(nodeTypesQuery);
  const types: NodeTypes = useMemo(
    () => new Map((list.data ?? []).map((type) => [type.name, type])),
    [list.data],
  );
  const opened = useUi((state) => state.opened);
  useKeysOfNobody(onNode, true);
  const view = useUi((state) => state.view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another span of the same node flashes, too
  useEffect(() => {
    if (!view || node === null || !workflow().document.nodes[node]) return;
    workflow().select([node]);
    const timer = setTimeout(() => view.flash(node), PLACED_MS);
    return () => clearTimeout(timer);
  }, [view, node, span]);
  return (
    <ReactFlowProvider>
      <div className="flex min-h-0 flex-1">
        <section
          aria-label="Outline"
          className="flex w-56 shrink-0 flex-col border-r border-line bg-surface pt-2"
        >
          <Outline types={types} onOpen={onNode} />
        </section>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the nodes in it */}
        <div
          className="relative min-w-0 flex-1"
          onFocus={onCanvasFocus}
          onKeyDown={(event) => {
            if (onCanvasKey(event.nativeEvent, onNode)) event.preventDefault();
          }}
        >
          <Canvas types={types} onOpen={onNode} opensAtOnce />
        </div>
      </div>
      {opened?.kind === "menu" ? <ContextMenu opened={opened} /> : null}
      <ViewShortcuts />
    </ReactFlowProvider>
  );
}
