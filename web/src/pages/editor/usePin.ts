import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { say } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { MAIN, picked, workflow } from "@/editor/document";
import { pin, unpin } from "@/editor/panel/pin";

/** Pins what the selected node gave in the execution that is shown, or takes the pin away. */
export function usePin(execution: string | null) {
  const client = useQueryClient();
  return useCallback(() => {
    const [node] = picked(workflow().document, workflow().selection).nodes;
    if (node === undefined) return say("Select a node first.");
    if (workflow().document.pinned[node]) return unpin(node);
    if (execution === null)
      return say("Run the workflow once: what the node gives is pinned then.");
    const output = ui().ports.get(node)?.outputs[0] ?? MAIN;
    return void pin(client, execution, node, output);
  }, [client, execution]);
}
