import { useMemo, useRef } from "react";
import { type Command, useCommands } from "@/app/commands/store";
import { SHORTCUTS, type ShortcutId } from "@/app/shortcuts/list";
import { keysFor, useShortcutStore } from "@/app/shortcuts/store";
import { tidy } from "@/editor/canvas/actions";
import { iconOf } from "@/editor/canvas/icons";
import type { NodeTypes } from "@/editor/canvas/ports";
import { ui } from "@/editor/canvas/ui";
import { nodeName, useWorkflow, workflow } from "@/editor/document";

/** What the palette finds while a workflow is open: its nodes, and what is done with it. */
export function useEditorCommands(types: NodeTypes, run: () => void): void {
  const nodes = useWorkflow((state) => state.document.nodes);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const chosen = useShortcutStore((state) => state.chosen);
  const latest = useRef(run);
  latest.current = run;
  const commands = useMemo<Command[]>(() => {
    const command = (id: ShortcutId, work: () => void): Command => {
      const { label } = SHORTCUTS[id];
      const keys = keysFor(id, chosen);
      return { id: `editor ${id}`, label, group: "This workflow", keys, run: work };
    };
    const changing: Command[] = isReadOnly
      ? []
      : [
          command("editor.add", () => ui().open({ kind: "palette", at: null, origin: null })),
          command("editor.tidy", () => void tidy()),
          {
            id: "editor publish",
            label: "Publish this draft",
            group: "This workflow",
            run: () => ui().open({ kind: "publish" }),
          },
        ];
    return [
      command("run.all", () => latest.current()),
      ...changing,
      {
        id: "editor versions",
        label: "Versions of this workflow",
        group: "This workflow",
        run: () => ui().open({ kind: "versions" }),
      },
      ...Object.entries(nodes).map(([id, node]): Command => {
        const type = types.get(node.type);
        const Icon = iconOf(type?.icon);
        return {
          id: `editor node ${id}`,
          label: nodeName(id, node, type?.label),
          group: "Nodes",
          detail: `${id} · ${node.type}`,
          icon: <Icon size={15} aria-hidden />,
          run: () => {
            workflow().select([id]);
            ui().view?.reveal(id);
          },
        };
      }),
    ];
  }, [nodes, types, isReadOnly, chosen]);
  useCommands("editor", commands);
}
