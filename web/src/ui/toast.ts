import { create } from "zustand";

export interface Toast {
  id: number;
  kind: "info" | "success" | "error";
  text: string;
  /** What can be done about it, such as undoing it. */
  action?: { label: string; run: () => void };
  /** What happens again while it is shown is counted, not said once more. */
  counted?: { key: string; times: number };
}

interface ToastState {
  toasts: Toast[];
  dismiss: (id: number) => void;
}

let last = 0;
const SECONDS = { info: 5, success: 4, error: 12 };

export const useToasts = create<ToastState>((set) => ({
  toasts: [],
  dismiss: (id) => set((state) => ({ toasts: state.toasts.filter((each) => each.id !== id) })),
}));

/** Say something in passing. Errors that matter stand where they happened, not only here. */
export function toast(kind: Toast["kind"], text: string, action?: Toast["action"]): void {
  show(action ? { kind, text, action } : { kind, text });
}

/** Say that something bad happened some times; one notice of a key is shown, with their number. */
export function countedToast(
  key: string,
  text: string,
  times: number,
  action: NonNullable<Toast["action"]>,
): void {
  const before = useToasts.getState().toasts.find((each) => each.counted?.key === key);
  const all = (before?.counted?.times ?? 0) + times;
  const shown = all > 1 ? `${text} (×${all})` : text;
  show({ kind: "error", text: shown, action, counted: { key, times: all } }, before?.id);
}

/** Show a notice for some seconds, in the place of another one or below all. */
function show(wanted: Omit<Toast, "id">, replaced?: number): void {
  last += 1;
  const added: Toast = { id: last, ...wanted };
  useToasts.setState(({ toasts }) => ({
    toasts: toasts.some((each) => each.id === replaced)
      ? toasts.map((each) => (each.id === replaced ? added : each))
      : [...toasts.slice(-3), added],
  }));
  setTimeout(() => useToasts.getState().dismiss(added.id), SECONDS[wanted.kind] * 1000);
}
