import { workflow } from "@/editor/document";
import { ui } from "./ui";

/** Open the menu of what is selected, beside it: for the keyboard. */
export function openMenuAtSelection(): void {
  const [key] = workflow().selection;
  const element = key
    ? window.document.querySelector(`.react-flow__node[data-id="${CSS.escape(key)}"]`)
    : null;
  const box = (element ?? window.document.querySelector(".tg-canvas"))?.getBoundingClientRect();
  const { left = 0, top = 0 } = box ?? {};
  ui().open({ kind: "menu", x: left + 40, y: top + 40, place: ui().view?.center() ?? [0, 0] });
}

/** Open the menu of something at a place of the screen; what else is selected with it stays so. */
export function openMenuFor(key: string, x: number, y: number): void {
  if (!workflow().selection.has(key)) workflow().select([key]);
  ui().open({ kind: "menu", x, y, place: ui().view?.center() ?? [0, 0] });
}
