import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useSelectedNode, workflow } from "@/editor/document";
import { EDITOR } from "./search";

/** Whether the panel of the whole workflow is shown: it stands in the address, and gives way to a node's. */
export function useWorkflowPanel() {
  const panel = useSearch({ from: EDITOR, select: (search) => search.panel });
  const selected = useSelectedNode();
  const navigate = useNavigate();
  const show = useCallback(
    (isShown: boolean) => {
      if (isShown) workflow().select([]);
      void navigate({
        to: ".",
        search: (before) => ({ ...before, panel: isShown ? ("settings" as const) : undefined }),
        replace: true,
      });
    },
    [navigate],
  );
  return { isOpen: panel === "settings" && selected === null, show };
}
