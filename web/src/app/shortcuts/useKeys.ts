import { isSingle, keyCaps } from "./keys";
import type { ShortcutId } from "./list";
import { keysFor, useShortcutStore } from "./store";

/** The keys of shortcuts as menus and tooltips show them; nothing where they don't work. */
export function useKeys(): (id: ShortcutId) => string | undefined {
  const chosen = useShortcutStore((state) => state.chosen);
  const singleKeys = useShortcutStore((state) => state.singleKeys);
  return (id) => {
    const keys = keysFor(id, chosen);
    const works = keys !== "" && (singleKeys || !isSingle(keys));
    return works ? keyCaps(keys).join(" ") : undefined;
  };
}
