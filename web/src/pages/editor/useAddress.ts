import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { ui } from "@/editor/canvas/ui";
import { useSelectedNode, workflow } from "@/editor/document";
import { EDITOR, PANEL_TABS } from "./search";

/** The selected node and the part of its panel stand in the address, so that every view is a link. */
export function useAddress() {
  const node = useSearch({ from: EDITOR, select: (search) => search.node });
  const tab = useSearch({ from: EDITOR, select: (search) => search.tab ?? "params" });
  const navigate = useNavigate();
  const selected = useSelectedNode();
  const asked = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!node || node === asked.current || !workflow().document.nodes[node]) return;
    asked.current = node;
    if (workflow().selection.has(node)) return;
    workflow().select([node]);
    const timer = setTimeout(() => ui().view?.reveal(node), 100);
    return () => clearTimeout(timer);
  }, [node]);
  useEffect(() => {
    if (selected === null && asked.current === undefined) return;
    asked.current = selected ?? "";
    void navigate({
      to: ".",
      search: ({ panel, ...before }) =>
        selected ? { ...before, node: selected } : { ...before, panel, node: undefined },
      replace: true,
    });
  }, [selected, navigate]);
  const setTab = useCallback(
    (id: string) =>
      void navigate({
        to: ".",
        search: (before) => ({
          ...before,
          tab: PANEL_TABS.find((each) => each === id && id !== "params"),
        }),
        replace: true,
      }),
    [navigate],
  );
  return { tab, setTab };
}
