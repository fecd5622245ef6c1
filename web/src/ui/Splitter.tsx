import { useState } from "react";

/** A size that somebody chose, kept in this browser. */
export function useSize(
  name: string,
  initial: number,
  least: number,
  most: number,
): [number, (size: number) => void] {
  const key = `tidegate.size.${name}`;
  const bounded = (size: number) => Math.round(Math.max(least, Math.min(most, size)));
  const [size, setSize] = useState(() => bounded(Number(localStorage.getItem(key)) || initial));
  return [
    size,
    (wanted) => {
      setSize(bounded(wanted));
      localStorage.setItem(key, String(bounded(wanted)));
    },
  ];
}

interface SplitterProps {
  label: string;
  size: number;
  onSize: (size: number) => void;
  /** What it sizes lies to the right of it, or below. */
  isMirrored?: boolean;
  isHorizontal?: boolean;
}

/** The line between two parts: dragged by a pointer, moved by arrow keys. */
export function Splitter({
  label,
  size,
  onSize,
  isMirrored = false,
  isHorizontal = false,
}: SplitterProps) {
  const sign = isMirrored ? -1 : 1;
  const [less, more] = isHorizontal ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const drag = (event: React.PointerEvent<HTMLHRElement>) => {
    const element = event.currentTarget;
    element.setPointerCapture(event.pointerId);
    const from = isHorizontal ? event.clientY : event.clientX;
    const move = (next: PointerEvent) =>
      onSize(size + sign * ((isHorizontal ? next.clientY : next.clientX) - from));
    const end = () => element.removeEventListener("pointermove", move);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end, { once: true });
    element.addEventListener("pointercancel", end, { once: true });
  };
  return (
    <hr
      aria-label={label}
      aria-orientation={isHorizontal ? "horizontal" : "vertical"}
      aria-valuenow={size}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={(event) => {
        if (event.key !== less && event.key !== more) return;
        event.preventDefault();
        onSize(size + sign * (event.key === more ? 16 : -16));
      }}
      className={
        isHorizontal
          ? "h-1 w-full shrink-0 cursor-row-resize border-0 border-t border-line hover:bg-accent focus-visible:bg-accent"
          : "h-full w-1 shrink-0 cursor-col-resize border-0 border-l border-line hover:bg-accent focus-visible:bg-accent"
      }
    />
  );
}
