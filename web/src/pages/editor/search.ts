/** What of the editor stands in the address: what the panel shows, the execution shown. */
export interface EditorSearch {
  node?: string | undefined;
  /** The part of the node's panel; it stays while one goes from node to node. */
  tab?: PanelTab | undefined;
  exec?: string | undefined;
  /** The settings of the workflow, where no node is selected. */
  panel?: "settings" | undefined;
}

export const PANEL_TABS = ["params", "settings", "input", "output", "docs"] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

export function readEditorSearch(search: Record<string, unknown>): EditorSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const [node, exec] = [text(search.node), text(search.exec)];
  const tab = PANEL_TABS.find((each) => each === search.tab);
  return {
    ...(node ? { node } : {}),
    ...(tab ? { tab } : {}),
    ...(exec ? { exec } : {}),
    ...(search.panel === "settings" ? { panel: "settings" } : {}),
  };
}
