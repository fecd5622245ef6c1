import type { ShortcutId } from "@/app/shortcuts/list";
import { useKeys } from "@/app/shortcuts/useKeys";
import { doShortcut } from "@/app/shortcuts/useShortcut";
import { ui } from "./ui";

export const ICON = { size: 15, "aria-hidden": true } as const;

/** A dialog that the command opens must find the menu closed, not close it again. */
export const later = (work: () => unknown) => () => {
  ui().open(null);
  requestAnimationFrame(() => void work());
};

/** What makes an entry of the menu do what a shortcut does, and show its keys. */
export function useMenuCommands() {
  const keys = useKeys();
  return (id: ShortcutId) => ({ shortcut: keys(id), onAction: later(() => doShortcut(id)) });
}
