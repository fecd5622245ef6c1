import { useRouter } from "@tanstack/react-router";
import type { Viewport } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { readView, viewText } from "./search";

/** So long the canvas rests before the address says where: browsers bound how often it changes. */
const REST = 400;

/** The part of the canvas that is seen stands in the address: a link or a reload shows the same. */
export function useViewInAddress() {
  const router = useRouter();
  const change = useChangeAddress();
  const [startsAt] = useState(() => readView((router.state.location.search as Search).zoom));
  const timer = useRef(0);
  // The first look at everything is what an address without a view shows, too.
  const isFirst = useRef(startsAt === null);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onMoved = useCallback(
    (viewport: Viewport, isOurs: boolean) => {
      const isFit = isFirst.current && isOurs;
      isFirst.current = false;
      if (isFit) return;
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => change({ zoom: viewText(viewport) }), REST);
    },
    [change],
  );
  return { startsAt, onMoved };
}

interface Search {
  zoom?: unknown;
}
