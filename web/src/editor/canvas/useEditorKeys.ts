import { useEffect } from "react";
import { picked, workflow } from "@/editor/document";
import * as actions from "./actions";
import { pasteText, selectionText } from "./copying";
import { isElsewhere } from "./isElsewhere";
import { openMenuAtSelection } from "./openMenu";
import { ui } from "./ui";
import { type Direction, nextNode } from "./walk";

const DIRECTIONS: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
const STEP = 8;

function arrow(event: KeyboardEvent, direction: Direction): void {
  const { selection, document, select } = workflow();
  if (event.altKey) {
    const step = event.shiftKey ? 5 * STEP : STEP;
    const dx = direction === "left" ? -step : direction === "right" ? step : 0;
    const dy = direction === "up" ? -step : direction === "down" ? step : 0;
    actions.nudge(dx, dy);
    return;
  }
  const from = picked(document, selection).nodes.at(-1);
  const to =
    from === undefined ? Object.keys(document.nodes)[0] : nextNode(document, from, direction);
  if (!to) return;
  select(event.shiftKey ? [...selection, to] : [to]);
  ui().view?.reveal(to);
}

/** Keys that mean something only on the canvas: arrows, Enter, Delete, Escape. */
export function onCanvasKey(event: KeyboardEvent, onOpen: (id: string) => void): boolean {
  if (isElsewhere(event.target)) return false;
  if (event.target instanceof Element && event.target.closest("button")) return false;
  const direction = DIRECTIONS[event.key];
  const { nodes, notes } = picked(workflow().document, workflow().selection);
  const [node] = nodes;
  const [note] = notes;
  if (direction && !event.ctrlKey && !event.metaKey) arrow(event, direction);
  else if (event.key === "Delete" || event.key === "Backspace") actions.removeSelection();
  else if (event.key === "Escape") workflow().select([]);
  else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))
    openMenuAtSelection();
  else if (event.key === "Enter" && !hasModifier(event)) {
    if (node !== undefined) onOpen(node);
    else if (note !== undefined) actions.editNote(note);
    else return false;
  } else return false;
  return true;
}

const hasModifier = (event: KeyboardEvent) =>
  event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;

/**
 * The same keys while nothing has the keyboard: right after a dialog has closed, or after the card
 * that had it was deleted.
 */
export function useKeysOfNobody(onOpen: (id: string) => void, isEnabled: boolean): void {
  useEffect(() => {
    if (!isEnabled) return;
    const press = (event: KeyboardEvent) => {
      if (event.target !== document.body || event.defaultPrevented) return;
      if (onCanvasKey(event, onOpen)) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [onOpen, isEnabled]);
}

/** Copy, cut and paste as the browser tells of them: it works without asking for permission. */
export function useClipboard(): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      if (isElsewhere(event.target) || String(getSelection())) return;
      const text = selectionText();
      if (text === null) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
      if (event.type === "cut") actions.removeSelection();
    };
    const paste = (event: ClipboardEvent) => {
      if (isElsewhere(event.target)) return;
      event.preventDefault();
      void pasteText(event.clipboardData?.getData("text/plain") ?? "");
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, []);
}

/**
 * Entering the canvas by Tab selects what it enters at. What we give the keyboard to ourselves, and
 * what a dialog gives it back to before that, selects nothing.
 */
export function onCanvasFocus(event: React.FocusEvent): void {
  if (ui().view?.isAwaiting()) return;
  const node = event.target.closest(".react-flow__node");
  const key = node?.getAttribute("data-id");
  if (node !== event.target || !key || !node.matches(":focus-visible")) return;
  if (!workflow().selection.has(key)) workflow().select([key]);
}
