import { clsx } from "clsx";
import { type ReactNode, useState } from "react";
import { DRAGGED } from "./paths";

interface ExpressionDropProps {
  isActive: boolean;
  /** Gets the expression with its braces. */
  onDrop: (expression: string) => void;
  children: ReactNode;
}

/** A place where a field of the input can be dropped: it becomes an expression there. */
export function ExpressionDrop({ isActive, onDrop, children }: ExpressionDropProps) {
  const [isOver, setOver] = useState(false);
  if (!isActive) return children;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard's way is "copy as expression"
    <div
      className={clsx("rounded-control", isOver && "outline-2 outline-accent")}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        const path = event.dataTransfer.getData(DRAGGED);
        setOver(false);
        if (!path) return;
        event.preventDefault();
        onDrop(`{{ ${path} }}`);
      }}
    >
      {children}
    </div>
  );
}
