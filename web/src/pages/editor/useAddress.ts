import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { oneOf } from "@/app/address";
import { useChangeAddress } from "@/app/useChangeAddress";
import { ui } from "@/editor/canvas/ui";
import { useSelectedNode, workflow } from "@/editor/document";
import { OTHER_NODE } from "@/editor/panel/data/search";
import { EDITOR, PANEL_TABS } from "./search";

/** The selected node and how it is shown stand in the address, so that every view is a link. */
export function useAddress() {
  const node = useSearch({ from: EDITOR, select: (search) => search.node });
  const tab = useSearch({ from: EDITOR, select: (search) => search.tab ?? "params" });
  const focus = useSearch({ from: EDITOR, select: (search) => search.focus ?? false });
  const navigate = useNavigate();
  const change = useChangeAddress();
  const selected = useSelectedNode();
  const asked = useRef<string | undefined>(undefined);
  // Before the address is followed: while it is, nothing is selected yet.
  useEffect(() => {
    if (selected === null && asked.current === undefined) return;
    asked.current = selected ?? "";
    void navigate({
      to: ".",
      search: ({ panel, ...before }) => ({
        ...before,
        ...(selected === before.node ? {} : { ...OTHER_NODE, focus: undefined }),
        ...(selected ? { node: selected } : { panel, node: undefined }),
      }),
      replace: true,
      // The outline has just scrolled to what is selected.
      resetScroll: false,
    });
  }, [selected, navigate]);
  useEffect(() => {
    if (!node || node === asked.current || !workflow().document.nodes[node]) return;
    asked.current = node;
    if (workflow().selection.has(node)) return;
    workflow().select([node]);
    const timer = setTimeout(() => ui().view?.reveal(node), 100);
    return () => clearTimeout(timer);
  }, [node]);
  const setTab = useCallback(
    (id: string) => change({ tab: id === "params" ? undefined : oneOf(PANEL_TABS, id) }),
    [change],
  );
  /** Shows a node with its input and output beside it. */
  const open = useCallback(
    (id: string) => {
      const isOther = !workflow().selection.has(id);
      change({ ...(isOther ? OTHER_NODE : {}), node: id, focus: true });
      workflow().select([id]);
    },
    [change],
  );
  const leave = useCallback(() => change({ focus: undefined }), [change]);
  return { tab, setTab, isFocused: focus && selected !== null, open, leave };
}
