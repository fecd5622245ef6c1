import { useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { useSelectedNode, workflow } from "@/editor/document";
import { EDITOR } from "./search";

/** Whether the panel of the whole workflow is shown: it stands in the address, and gives way to a node's. */
export function useWorkflowPanel() {
  const panel = useSearch({ from: EDITOR, select: (search) => search.panel });
  const selected = useSelectedNode();
  const change = useChangeAddress();
  const show = useCallback(
    (isShown: boolean) => {
      if (isShown) workflow().select([]);
      change({ panel: isShown ? "settings" : undefined });
    },
    [change],
  );
  return { isOpen: panel === "settings" && selected === null, show };
}
