import type { Viewport } from "@xyflow/react";
import { MAX_ZOOM, MIN_ZOOM } from "@/editor/canvas/zoom";

/** What of the editor stands in the address: what is seen, in the panel and of the canvas. */
export interface EditorSearch {
  node?: string | undefined;
  /** The part of the node's panel; it stays while one goes from node to node. */
  tab?: PanelTab | undefined;
  exec?: string | undefined;
  /** The settings of the workflow, where no node is selected. */
  panel?: "settings" | undefined;
  /** The part of the canvas that is seen: `x,y,zoom`, as {@link viewText} writes it. */
  zoom?: string | undefined;
}

/** The route, whose parts are asked for one by one: the canvas moves often. */
export const EDITOR = "/shell/w/$workflowId";

const VIEW = /^(-?\d{1,7}),(-?\d{1,7}),(\d(?:\.\d{1,3})?)$/;

export const PANEL_TABS = ["params", "settings", "input", "output", "docs"] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

export function readEditorSearch(search: Record<string, unknown>): EditorSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const [node, exec] = [text(search.node), text(search.exec)];
  const view = readView(search.zoom);
  const tab = PANEL_TABS.find((each) => each === search.tab);
  return {
    ...(node ? { node } : {}),
    ...(tab ? { tab } : {}),
    ...(exec ? { exec } : {}),
    ...(search.panel === "settings" ? { panel: "settings" } : {}),
    ...(view ? { zoom: viewText(view) } : {}),
  };
}

/** Where the canvas was moved to (pixels), and how far it is zoomed, as text. */
export function viewText({ x, y, zoom }: Viewport): string {
  return `${Math.round(x)},${Math.round(y)},${Number(zoom.toFixed(3))}`;
}

/** The reverse; null where it is not a view of the canvas. */
export function readView(text: unknown): Viewport | null {
  const found = typeof text === "string" && VIEW.exec(text);
  if (!found) return null;
  const [x, y, zoom] = found.slice(1).map(Number) as [number, number, number];
  return zoom >= MIN_ZOOM && zoom <= MAX_ZOOM ? { x, y, zoom } : null;
}
