import { type RefObject, useEffect, useRef } from "react";
import { type TimeView, viewAfter, ZOOM_STEP, zoomed } from "./traceZoom";

interface TraceZoomOptions {
  /** What holds the trace. */
  scroller: RefObject<HTMLElement | null>;
  /** What stands as wide as the time above the bars. */
  scale: RefObject<HTMLElement | null>;
  view: TimeView | null;
  end: number;
  onView: (view: TimeView | null) => void;
}

/** Zooms the time of a trace by Shift and the wheel, and by + - 0 and the arrows sideways. */
export function useTraceZoom(options: TraceZoomOptions): void {
  const latest = useRef(options);
  latest.current = options;
  const { scroller } = options;
  useEffect(() => {
    const box = scroller.current;
    const wheel = (event: WheelEvent) => {
      if (!event.shiftKey) return;
      // Otherwise the browser scrolls sideways.
      event.preventDefault();
      const { scale, view, end, onView } = latest.current;
      const { left, width } = scale.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
      const at = Math.min(1, Math.max(0, (event.clientX - left) / width));
      const isCloser = (event.deltaY || event.deltaX) < 0;
      onView(zoomed(view, end, isCloser ? ZOOM_STEP : 1 / ZOOM_STEP, at));
    };
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const next = viewAfter(event.key, latest.current.view, latest.current.end);
      if (next === undefined) return;
      // The same keys mean the canvas elsewhere.
      event.preventDefault();
      latest.current.onView(next);
    };
    box?.addEventListener("wheel", wheel, { passive: false });
    box?.addEventListener("keydown", key);
    return () => {
      box?.removeEventListener("wheel", wheel);
      box?.removeEventListener("keydown", key);
    };
  }, [scroller]);
}
