/** Every shortcut: what it does, where, and the keys that it has unless somebody chose others. */

export interface Shortcut {
  label: string;
  group: "Everywhere" | "Lists" | "Canvas" | "Executions";
  keys: string;
}

export const SHORTCUTS = {
  "palette.open": {
    label: "Search everything, and run commands",
    group: "Everywhere",
    keys: "Ctrl+K",
  },
  "shortcuts.open": { label: "Show the shortcuts", group: "Everywhere", keys: "?" },
  "theme.toggle": {
    label: "Switch between dark and light",
    group: "Everywhere",
    keys: "Ctrl+Shift+L",
  },
  "go.workflows": { label: "Go to the workflows", group: "Everywhere", keys: "Alt+1" },
  "go.executions": { label: "Go to the executions", group: "Everywhere", keys: "Alt+2" },
  "go.credentials": { label: "Go to the credentials", group: "Everywhere", keys: "Alt+3" },
  "go.network": { label: "Go to the network", group: "Everywhere", keys: "Alt+4" },
  "go.analytics": { label: "Go to the analytics", group: "Everywhere", keys: "Alt+5" },
  "go.security": { label: "Go to the security events", group: "Everywhere", keys: "Alt+6" },
  "list.search": { label: "Search in this list", group: "Lists", keys: "/" },
  "list.new": { label: "Make a new one", group: "Lists", keys: "N" },
  "list.next": { label: "Next one (Enter opens it)", group: "Lists", keys: "J" },
  "list.previous": { label: "Previous one", group: "Lists", keys: "K" },
  "list.nextError": { label: "Next one that failed", group: "Lists", keys: "E" },
  "list.mark": { label: "Mark it, or not any more", group: "Lists", keys: "X" },
  "focus.previous": {
    label: "Beside a node that fills the view: the node before it",
    group: "Canvas",
    keys: "[",
  },
  "focus.next": {
    label: "Beside a node that fills the view: the node after it",
    group: "Canvas",
    keys: "]",
  },
  "editor.add": { label: "Add a node", group: "Canvas", keys: "N" },
  "editor.search": { label: "Search for a node to add", group: "Canvas", keys: "/" },
  "editor.connect": { label: "Connect the node to…", group: "Canvas", keys: "C" },
  "editor.rename": { label: "Rename the node", group: "Canvas", keys: "F2" },
  "editor.disable": { label: "Disable or enable", group: "Canvas", keys: "D" },
  "editor.pin": {
    label: "Pin what the node gave, or no longer",
    group: "Canvas",
    keys: "P",
  },
  "editor.duplicate": { label: "Duplicate", group: "Canvas", keys: "Ctrl+D" },
  "editor.selectAll": { label: "Select everything", group: "Canvas", keys: "Ctrl+A" },
  "editor.undo": { label: "Undo", group: "Canvas", keys: "Ctrl+Z" },
  "editor.redo": { label: "Redo", group: "Canvas", keys: "Ctrl+Shift+Z" },
  "editor.redo2": { label: "Redo", group: "Canvas", keys: "Ctrl+Y" },
  "editor.save": { label: "Save now", group: "Canvas", keys: "Ctrl+S" },
  "editor.tidy": { label: "Tidy: the selection, or everything", group: "Canvas", keys: "Shift+T" },
  "editor.group": { label: "Group", group: "Canvas", keys: "Ctrl+G" },
  "editor.ungroup": { label: "Ungroup", group: "Canvas", keys: "Ctrl+Shift+G" },
  "editor.note": { label: "Add a note", group: "Canvas", keys: "S" },
  "editor.fit": { label: "Show everything", group: "Canvas", keys: "0" },
  "editor.zoomFull": { label: "Zoom to 100 %", group: "Canvas", keys: "1" },
  "editor.fitSelection": { label: "Show the selection", group: "Canvas", keys: "2" },
  "editor.zoomIn": { label: "Zoom in", group: "Canvas", keys: "+" },
  "editor.zoomOut": { label: "Zoom out", group: "Canvas", keys: "-" },
  "editor.map": { label: "Show or hide the map", group: "Canvas", keys: "M" },
  "run.all": { label: "Run the draft", group: "Executions", keys: "Ctrl+Enter" },
  "run.toHere": { label: "Run to the selected node", group: "Executions", keys: "Shift+Enter" },
  "run.fromHere": {
    label: "Run from the selected node, with the data shown",
    group: "Executions",
    keys: "Alt+Enter",
  },
  "run.cancel": { label: "Cancel the execution", group: "Executions", keys: "." },
  "run.retry": {
    label: "Retry from the start, with the same version",
    group: "Executions",
    keys: "R",
  },
  "run.retryDraft": {
    label: "Retry from the start, with the current version: the draft as it is now",
    group: "Executions",
    keys: "Shift+R",
  },
  "request.curl": { label: "Copy the request as cURL", group: "Lists", keys: "Y" },
  "request.httpx": { label: "Copy the request as httpx code", group: "Lists", keys: "Shift+Y" },
  "dock.toggle": { label: "Open or close what is below the canvas", group: "Canvas", keys: "\\" },
  "dock.timeline": { label: "Show the timeline", group: "Canvas", keys: "T" },
  "dock.logs": { label: "Show the log", group: "Canvas", keys: "L" },
  "dock.output": { label: "Show what the node gave", group: "Canvas", keys: "O" },
  "dock.network": { label: "Show the requests", group: "Canvas", keys: "W" },
} satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof SHORTCUTS;

export interface FixedShortcut extends Shortcut {
  /** It works where this one does. */
  beside: ShortcutId;
}

/** Keys that mean the same everywhere, or that the browser itself takes: shown, and not changed. */
export const FIXED: readonly FixedShortcut[] = [
  ["Open the node, write the note, expand or collapse the group", "Enter"],
  ["Back to the canvas; select nothing", "Escape"],
  ["Walk along edges, and to what is above and below", "Arrows"],
  ["Select more on the way", "Shift+Arrows"],
  ["Move what is selected; five times as far with Shift", "Alt+Arrows"],
  ["In the outline: run earlier or later", "Alt+ArrowUp"],
  ["In the outline: to the edges of a node, and along them", "ArrowRight"],
  ["Delete what is selected", "Delete"],
  ["Open the menu", "Shift+F10"],
  ["Copy", "Ctrl+C"],
  ["Cut", "Ctrl+X"],
  ["Paste nodes, text or a cURL command", "Ctrl+V"],
].map(([label = "", keys = ""]) => ({ label, keys, group: "Canvas", beside: "editor.undo" }));

/** What already has these keys for good, whatever page it is on. */
export function fixedTo(keys: string): FixedShortcut | undefined {
  const arrows = keys.replace(/Arrow(Up|Down|Left|Right)$/, "Arrows");
  return FIXED.find((each) => each.keys === keys || each.keys === arrows);
}
