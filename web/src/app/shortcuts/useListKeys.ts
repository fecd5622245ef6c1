import type { RefObject } from "react";
import { useShortcut } from "./useShortcut";

/** What opens an entry of a list is marked with the entry's id, and takes the keyboard for it. */
export const ENTRY = "data-entry";

interface ListKeys {
  /** The id of the entry that has the keyboard, or null. */
  current: () => string | null;
  /** Give an entry the keyboard; it comes into sight. */
  go: (id: string) => void;
}

/**
 * Keys that walk through a list: what opens an entry gets the focus, so that Enter opens it. At the
 * end, `onEnd` may bring more.
 */
export function useListKeys(list: RefObject<HTMLElement | null>, onEnd?: () => void): ListKeys {
  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>(`[${ENTRY}]`) ?? [])];
  const at = () => entries().findIndex(hasFocus);
  const step = (by: 1 | -1) => {
    const all = entries();
    const now = all.findIndex(hasFocus);
    const next = all[now === -1 ? 0 : now + by];
    if (next) focus(next);
    else if (by === 1) onEnd?.();
  };
  useShortcut("list.next", () => step(1));
  useShortcut("list.previous", () => step(-1));
  return {
    current: () => entries()[at()]?.getAttribute(ENTRY) ?? null,
    go: (id) => {
      const found = entries().find((each) => each.getAttribute(ENTRY) === id);
      if (found) focus(found);
    },
  };
}

/** Whether the keyboard is anywhere in the line of an entry. */
function hasFocus(entry: HTMLElement): boolean {
  return (entry.closest("tr, li") ?? entry).contains(document.activeElement);
}

function focus(entry: HTMLElement): void {
  entry.focus({ preventScroll: true });
  (entry.closest("tr, li") ?? entry).scrollIntoView({ block: "nearest" });
}
