/** The part of the time that a trace shows, in milliseconds; null stands for all of it. */
export interface TimeView {
  from: number;
  to: number;
}

const SHORTEST_MS = 1;
/** How much one turn of the wheel or one press makes longer or shorter. */
export const ZOOM_STEP = 1.5;
const MOVE_STEP = 0.2;

export function viewOf(view: TimeView | null, end: number): TimeView {
  return view ?? { from: 0, to: end };
}

/** What is seen after a zoom about the place `at`, a share of the width; null: all of it. */
export function zoomed(
  view: TimeView | null,
  end: number,
  factor: number,
  at = 0.5,
): TimeView | null {
  const { from, to } = viewOf(view, end);
  const length = Math.max(SHORTEST_MS, (to - from) / factor);
  // Once closer and back again is all of it, whatever was lost in counting.
  if (length > end * 0.999) return null;
  return inside(from + at * (to - from - length), length, end);
}

/** What is seen after a move by so many steps; nothing moves while all of it is seen. */
export function moved(view: TimeView | null, end: number, steps: number): TimeView | null {
  if (!view) return null;
  const length = view.to - view.from;
  return inside(view.from + steps * MOVE_STEP * length, length, end);
}

function inside(from: number, length: number, end: number): TimeView {
  const begin = Math.min(Math.max(0, from), end - length);
  return { from: begin, to: begin + length };
}

/** Where a moment stands, in percent of what is seen. */
export function percentOf(time: number, { from, to }: TimeView): number {
  return (100 * (time - from)) / (to - from);
}

/** What is seen after a key; undefined: the key means nothing here. */
export function viewAfter(
  key: string,
  view: TimeView | null,
  end: number,
): TimeView | null | undefined {
  if (key === "+") return zoomed(view, end, ZOOM_STEP);
  if (key === "-") return zoomed(view, end, 1 / ZOOM_STEP);
  if (key === "0") return null;
  if (key === "ArrowLeft") return moved(view, end, -1);
  return key === "ArrowRight" ? moved(view, end, 1) : undefined;
}
