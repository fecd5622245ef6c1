/** Keys as text: `Ctrl+Shift+Z`, `?`, `Alt+ArrowLeft`. On a Mac, Ctrl is also the command key. */

const MODIFIERS = new Set(["Control", "Meta", "Alt", "Shift", "AltGraph", "CapsLock"]);

/** The text of a key press; null while only modifiers are down. */
export function keysOf(event: KeyboardEvent): string | null {
  if (MODIFIERS.has(event.key) || event.key === "Dead" || event.key === "Process") return null;
  const isSymbol = event.key.length === 1 && !/[a-z0-9 ]/i.test(event.key);
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  // A symbol says already whether Shift was needed for it, which differs between keyboards.
  if (event.shiftKey && !isSymbol) parts.push("Shift");
  parts.push(
    event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key,
  );
  return parts.join("+");
}

/** Whether keys work without Ctrl or Alt, and so clash with typing and with speech input. */
export function isSingle(keys: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(keys) && !/^F\d+$/.test(keys);
}

/** Whether somebody is typing there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

const OF_FIELDS = new Set(["Ctrl+A", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"]);

/** Whether keys mean the text of the field where somebody is typing, whatever else they mean. */
export function belongsToField(keys: string, target: EventTarget | null): boolean {
  return OF_FIELDS.has(keys) && isTyping(target);
}

/** Whether a window is over the page: keys mean what is in it, never what is behind it. */
export function isInWindow(): boolean {
  return document.querySelector("[role$=dialog], [role=menu]") !== null;
}

/** Keys as they are shown: one entry for each key. */
export function keyCaps(keys: string): string[] {
  const caps: Record<string, string> = {
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
    Enter: "⏎",
    Escape: "Esc",
    Arrows: "← ↑ ↓ →",
    Delete: "Del",
  };
  return keys.split(/\+(?=.)/).map((key) => caps[key] ?? key);
}
