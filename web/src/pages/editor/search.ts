/** What of the editor stands in the address: the selected node or the workflow's settings, the execution shown. */
export interface EditorSearch {
  node?: string | undefined;
  exec?: string | undefined;
  panel?: "settings" | undefined;
}

export function readEditorSearch(search: Record<string, unknown>): EditorSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const [node, exec] = [text(search.node), text(search.exec)];
  return {
    ...(node ? { node } : {}),
    ...(exec ? { exec } : {}),
    ...(search.panel === "settings" ? { panel: "settings" } : {}),
  };
}
