import { type RefObject, useEffect, useState } from "react";

/** In steps, so that most scrolling draws nothing again. */
const STEP = 20;

interface Range {
  from: number;
  /** The first after them. */
  to: number;
}

/** Which lines of a list, all of the same height, are in sight or near it. */
export function useLinesInSight(list: RefObject<HTMLElement | null>, count: number): Range {
  const [range, setRange] = useState<Range>({ from: 0, to: 3 * STEP });
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = () => {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const step = (STEP * scrollHeight) / Math.max(count, 1);
      const from = STEP * Math.max(0, Math.floor(scrollTop / step) - 1);
      const to = STEP * (Math.ceil((scrollTop + clientHeight) / step) + 1);
      setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [list, count]);
  return range;
}
