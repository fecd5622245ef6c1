/** Brings a field of a panel into sight and gives it the keyboard, once it is there. */

/** The place of the credential among the fields of a node; no parameter is called so. */
export const CREDENTIAL = "credential:";

const PATIENCE_MS = 5_000;
/** So long the field itself may take to be drawn; then what it lies in will do. */
const EXACT_MS = 600;
const FIELDS = "input, textarea, select, [contenteditable=true]";
const BUTTONS = "button:not([aria-pressed])";

/** `panel` is a node's id, or `workflow:`; `path` is dotted: `headers.0.name`. */
export function focusField(panel: string, path: string): void {
  const began = performance.now();
  const look = () => {
    const waited = performance.now() - began;
    const within = document.querySelector(`[data-panel="${CSS.escape(panel)}"]`);
    const field = within && fieldAt(within, path);
    const isExact = field?.dataset.field === path;
    const control = field && (isExact || waited > EXACT_MS) && controlOf(field, waited > EXACT_MS);
    if (control) {
      field.scrollIntoView({ block: "center" });
      control.focus({ preventScroll: true });
    } else if (waited < PATIENCE_MS) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** The field at a path, or else the nearest that it lies in. */
function fieldAt(panel: Element, path: string): HTMLElement | null {
  for (let parts = path.split("."); parts.length; parts = parts.slice(0, -1)) {
    const found = panel.querySelector<HTMLElement>(`[data-field="${CSS.escape(parts.join("."))}"]`);
    if (found) return found;
  }
  return null;
}

/** What of a field takes the keyboard: where it is written, or else what it is chosen by. */
function controlOf(field: HTMLElement, mayBeButton: boolean): HTMLElement | undefined {
  const reachable = (selector: string) =>
    [...field.querySelectorAll<HTMLElement>(selector)].find(
      (each) =>
        each.tabIndex >= 0 && !each.matches(":disabled") && !each.closest("[aria-hidden=true]"),
    );
  return reachable(FIELDS) ?? (mayBeButton ? reachable(BUTTONS) : undefined);
}
