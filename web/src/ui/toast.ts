import { create } from "zustand";

export interface Toast {
  id: number;
  kind: "info" | "success" | "error";
  text: string;
  /** What can be done about it, such as undoing it. */
  action?: { label: string; run: () => void };
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
  last += 1;
  const id = last;
  const added: Toast = action ? { id, kind, text, action } : { id, kind, text };
  useToasts.setState((state) => ({ toasts: [...state.toasts.slice(-3), added] }));
  setTimeout(() => useToasts.getState().dismiss(id), SECONDS[kind] * 1000);
}
