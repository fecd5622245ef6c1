import { Link } from "@tanstack/react-router";
import { Dialog } from "@/ui/Dialog";
import { Keys } from "@/ui/Keys";
import { FIXED, SHORTCUTS, type Shortcut } from "./list";
import { keysFor, useShortcutStore } from "./store";

/** The shortcuts of the page that is shown. */
export function ShortcutSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { active, chosen } = useShortcutStore();
  const groups = new Map<string, { id: string; shortcut: Shortcut; keys: string }[]>();
  for (const id of active) {
    const shortcut: Shortcut = SHORTCUTS[id];
    const entry = { id, shortcut, keys: keysFor(id, chosen) };
    groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), entry]);
  }
  for (const shortcut of FIXED)
    if (active.includes(shortcut.beside))
      groups.get(shortcut.group)?.push({ id: shortcut.keys, shortcut, keys: shortcut.keys });
  return (
    <Dialog title="Shortcuts on this page" isOpen={isOpen} onClose={onClose}>
      <div className="grid gap-5">
        {[...groups].map(([group, entries]) => (
          <section key={group}>
            <h3 className="mb-1 text-xs text-muted">{group}</h3>
            <ul>
              {entries.map(({ id, shortcut, keys }) => (
                <li key={id} className="flex items-center justify-between gap-4 py-1">
                  {shortcut.label}
                  {keys ? <Keys keys={keys} /> : <span className="text-muted">no keys</span>}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <p className="mt-4 text-xs text-muted">
        <Link
          to="/settings/$section"
          params={{ section: "shortcuts" }}
          onClick={onClose}
          className="text-accent underline"
        >
          Choose other keys
        </Link>{" "}
        or switch off those of one key.
      </p>
    </Dialog>
  );
}
