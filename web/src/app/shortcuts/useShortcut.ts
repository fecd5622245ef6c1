import { useEffect, useRef } from "react";
import { belongsToField, isInWindow, isSingle, isTyping, keysOf } from "./keys";
import { SHORTCUTS, type ShortcutId } from "./list";
import { keysFor, useShortcutStore } from "./store";

type Handler = (event: KeyboardEvent) => void;

const bound = new Map<ShortcutId, Handler[]>();

/** Do something when a shortcut is pressed, as long as this component is shown. */
export function useShortcut(id: ShortcutId, handler: Handler, isEnabled = true): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!isEnabled) return;
    const call: Handler = (event) => latest.current(event);
    bound.set(id, [...(bound.get(id) ?? []), call]);
    publish();
    return () => {
      bound.set(
        id,
        (bound.get(id) ?? []).filter((each) => each !== call),
      );
      publish();
    };
  }, [id, isEnabled]);
}

function publish(): void {
  const active = [...bound].filter(([, handlers]) => handlers.length > 0).map(([id]) => id);
  useShortcutStore.setState({ active });
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const keys = keysOf(event);
  if (keys === null) return;
  const { chosen, singleKeys } = useShortcutStore.getState();
  const target = event.target;
  if (belongsToField(keys, target)) return;
  const isBehind = isInWindow();
  if (isSingle(keys) && (!singleKeys || isTyping(target) || isBehind)) return;
  for (const [id, handlers] of bound) {
    const handler = handlers.at(-1);
    if (handler && keysFor(id, chosen) === keys) {
      if (isBehind && SHORTCUTS[id].group !== "Everywhere") return;
      event.preventDefault();
      handler(event);
      return;
    }
  }
}

/** Do what a shortcut does, whatever its keys are now. */
export function doShortcut(id: ShortcutId): void {
  bound.get(id)?.at(-1)?.(new KeyboardEvent("keydown"));
}

/** Listen for shortcuts; once for the whole application. */
export function listenForShortcuts(): () => void {
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
