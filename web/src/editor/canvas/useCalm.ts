import { type RefObject, useEffect } from "react";
import { nodes as liveNodes } from "@/live/nodes";

/** Turning marks cost a frame each; with more than this many nothing is seen in them. */
const MOST_TURNING = 20;

/** Lets the marks of running nodes stand still while many run at once. */
export function useCalm(canvas: RefObject<HTMLElement | null>): void {
  useEffect(
    () =>
      liveNodes.subscribeStatuses(() => {
        let running = 0;
        for (const { status } of liveNodes.all().values()) if (status === "running") running += 1;
        canvas.current?.toggleAttribute("data-many-run", running > MOST_TURNING);
      }),
    [canvas],
  );
}
