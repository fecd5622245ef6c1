import type { Viewport } from "@xyflow/react";
import { oneOf, textIn } from "@/app/address";
import { MAX_ZOOM, MIN_ZOOM } from "@/editor/canvas/zoom";
import { DOCK_TABS, type DockTab, readTraceSearch, type TraceSearch } from "@/editor/dock/search";
import { type DataSearch, readDataSearch } from "@/editor/panel/data/search";

/** What of the editor stands in the address: what is seen, in the panel and of the canvas. */
export interface EditorSearch extends DataSearch, TraceSearch {
  node?: string;
  /** The part of the node's panel; it stays while one goes from node to node. */
  tab?: PanelTab;
  /** The node is shown with its input and output beside it, in place of its panel. */
  focus?: true;
  exec?: string;
  /** The settings of the workflow, where no node is selected. */
  panel?: "settings";
  /** What is shown below the canvas; nothing: that is closed. */
  dock?: DockTab;
  /** What stands to the left, where that is not the outline. */
  side?: "types";
  /** The part of the canvas that is seen: `x,y,zoom`, as {@link viewText} writes it. */
  zoom?: string;
}

/** The route, whose parts are asked for one by one: the canvas moves often. */
export const EDITOR = "/shell/w/$workflowId";

const VIEW = /^(-?\d{1,7}),(-?\d{1,7}),(\d(?:\.\d{1,3})?)$/;

export const PANEL_TABS = ["params", "settings", "input", "output", "docs"] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

export function readEditorSearch(search: Record<string, unknown>): EditorSearch {
  const view = readView(search.zoom);
  return {
    node: textIn(search.node),
    tab: oneOf(PANEL_TABS, search.tab),
    focus: search.focus === true ? true : undefined,
    exec: textIn(search.exec),
    panel: oneOf(["settings"], search.panel),
    dock: oneOf(DOCK_TABS, search.dock),
    side: oneOf(["types"], search.side),
    zoom: view ? viewText(view) : undefined,
    ...readDataSearch(search),
    ...readTraceSearch(search),
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
