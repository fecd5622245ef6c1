import type { ReactNode } from "react";
import { DRAGGED, pathText } from "../expression/paths";

interface DraggedProps {
  /** What an expression calls the value that holds it; null: it can't be dragged. */
  root: string | null;
  keys: readonly (string | number)[];
  children: ReactNode;
}

/** A field of data that can be dragged into a parameter, where it becomes an expression. */
export function Dragged({ root, keys, children }: DraggedProps) {
  if (root === null) return children;
  const path = pathText(root, keys);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard's way is "copy as expression"
    <span
      draggable
      className="block min-w-0 cursor-grab"
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, path);
        event.dataTransfer.setData("text/plain", `{{ ${path} }}`);
        event.dataTransfer.effectAllowed = "copy";
      }}
    >
      {children}
    </span>
  );
}
