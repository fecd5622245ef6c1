import { create } from "zustand";
import { SHORTCUTS, type ShortcutId } from "./list";

const KEY = "tidegate.shortcuts";

interface Stored {
  /** Keys that somebody chose; an empty text: none. */
  chosen: Partial<Record<ShortcutId, string>>;
  /** Whether shortcuts of one key work (WCAG 2.1.4). */
  singleKeys: boolean;
}

interface ShortcutState extends Stored {
  /** The shortcuts that work on the page that is shown. */
  active: ShortcutId[];
  choose: (id: ShortcutId, keys: string | null) => void;
  setSingleKeys: (on: boolean) => void;
}

function stored(): Stored {
  try {
    const read = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Stored>;
    return { chosen: read.chosen ?? {}, singleKeys: read.singleKeys !== false };
  } catch {
    return { chosen: {}, singleKeys: true };
  }
}

function keep({ chosen, singleKeys }: Stored): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ chosen, singleKeys }));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export const useShortcutStore = create<ShortcutState>((set, get) => ({
  ...stored(),
  active: [],
  choose: (id, keys) => {
    const { [id]: _, ...others } = get().chosen;
    set({ chosen: keys === null ? others : { ...others, [id]: keys } });
    keep(get());
  },
  setSingleKeys: (singleKeys) => {
    set({ singleKeys });
    keep(get());
  },
}));

/** The keys of a shortcut as they are now. */
export function keysFor(id: ShortcutId, chosen: Stored["chosen"]): string {
  return chosen[id] ?? SHORTCUTS[id].keys;
}
