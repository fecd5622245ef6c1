import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { say } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { MAIN, picked, workflow } from "@/editor/document";
import { persistently } from "@/ui/persistently";

/** It comes with the panel of a node, and is as a rule there before somebody pins. */
const pinning = persistently(() => import("@/editor/panel/pin"));

/** Pins what the selected node gave in the execution that is shown, or takes the pin away. */
export function usePin(execution: string | null) {
  const client = useQueryClient();
  return useCallback(async () => {
    const [node] = picked(workflow().document, workflow().selection).nodes;
    if (node === undefined) return say("Select a node first.");
    if (workflow().document.pinned[node]) return (await pinning()).unpin(node);
    if (execution === null)
      return say("Run the workflow once: what the node gives is pinned then.");
    const output = ui().ports.get(node)?.outputs[0] ?? MAIN;
    await (await pinning()).pin(client, execution, node, output);
  }, [client, execution]);
}
