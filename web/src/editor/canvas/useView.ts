import { useOnViewportChange, useReactFlow, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { CARD, placeOf, workflow } from "@/editor/document";
import type { AnyEdge, AnyNode } from "./graph";
import { useUi, type View } from "./ui";

/** Below this zoom no text can be read, and one canvas paints everything. */
const FAR_ZOOM = 0.45;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether the view is from far away; and it offers the view to the rest of the editor. */
export function useView() {
  const flow = useReactFlow<AnyNode, AnyEdge>();
  const [isFar, setFar] = useState(false);
  useOnViewportChange({
    onChange: useCallback((view: Viewport) => setFar(view.zoom < FAR_ZOOM), []),
  });
  useEffect(() => {
    const duration = still() ? 0 : 200;
    const focus = (key: string) =>
      requestAnimationFrame(() =>
        document
          .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(key)}"]`)
          ?.focus({
            preventScroll: true,
          }),
      );
    const show = (key: string): boolean => {
      const node = flow.getNode(key);
      const [x, y] = node ? [node.position.x, node.position.y] : placeOf(workflow().document, key);
      const box = document.querySelector(".tg-canvas")?.getBoundingClientRect();
      if (!box) return true;
      // A card that is partly in sight stays: somebody may be dragging it.
      const middle = flow.flowToScreenPosition({ x: x + CARD.width / 2, y: y + CARD.height / 2 });
      const isInSight =
        middle.x > box.left && middle.y > box.top && middle.x < box.right && middle.y < box.bottom;
      if (!isInSight) {
        const zoom = Math.max(flow.getZoom(), 0.6);
        void flow.setCenter(x + CARD.width / 2, y + CARD.height / 2, { zoom, duration });
      }
      return isInSight;
    };
    const reveal = (key: string) => {
      window.setTimeout(() => focus(key), show(key) ? 0 : duration);
    };
    const view: View = {
      fit: (keys) =>
        void flow.fitView({
          duration,
          maxZoom: 1,
          padding: 0.15,
          ...(keys?.length ? { nodes: keys.map((id) => ({ id })) } : {}),
        }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration }),
      show,
      reveal,
      focus,
      center: () => {
        const box = document.querySelector(".tg-canvas")?.getBoundingClientRect();
        const { x, y } = flow.screenToFlowPosition({
          x: (box?.left ?? 0) + (box?.width ?? 0) / 2,
          y: (box?.top ?? 0) + (box?.height ?? 0) / 2,
        });
        return [x - CARD.width / 2, y - CARD.height / 2];
      },
    };
    useUi.setState({ view });
    return () => useUi.setState({ view: null });
  }, [flow]);
  return [isFar, flow] as const;
}
