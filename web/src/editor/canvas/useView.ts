import { useOnViewportChange, useReactFlow, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { CARD, placeOf, workflow } from "@/editor/document";
import type { AnyEdge, AnyNode } from "./graph";
import { isElsewhere } from "./isElsewhere";
import { useUi, type View } from "./ui";

/** Below this zoom no text can be read, and one canvas paints everything. */
const FAR_ZOOM = 0.45;

/** How many frames a card that was just added may take until it is there. */
const PATIENCE = 60;

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
    // What shall get the keyboard next; whatever is asked for later takes its place.
    let awaited: string | null = null;
    const give = (key: string, tries: number) => {
      if (awaited !== key) return;
      const card = document.querySelector<HTMLElement>(
        `.react-flow__node[data-id="${CSS.escape(key)}"]`,
      );
      if (!card && tries < PATIENCE && isStillMeant(key)) {
        requestAnimationFrame(() => give(key, tries + 1));
        return;
      }
      if (card && isStillMeant(key)) {
        // By Tab one card is reached; by us each.
        if (!card.hasAttribute("tabindex")) card.tabIndex = -1;
        card.focus({ preventScroll: true });
      }
      awaited = null;
    };
    const focusAfter = (key: string, delay: number) => {
      awaited = key;
      window.setTimeout(() => requestAnimationFrame(() => give(key, 0)), delay);
    };
    const focus = (key: string) => focusAfter(key, 0);
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
    // The panel takes some of the canvas away; what was selected stays in sight.
    const canvas = document.querySelector(".tg-canvas");
    const observer = new ResizeObserver(() => {
      const [key, ...others] = workflow().selection;
      if (key !== undefined && !others.length && flow.getNode(key)) show(key);
    });
    if (canvas) observer.observe(canvas);
    const reveal = (key: string) => focusAfter(key, show(key) ? 0 : duration);
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
      flash: (key) => {
        window.setTimeout(() => flashCard(key), show(key) ? 0 : duration);
      },
      isAwaiting: () => awaited !== null,
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
    return () => {
      observer.disconnect();
      useUi.setState({ view: null });
    };
  }, [flow]);
  return [isFar, flow] as const;
}

const FLASH_MS = 600;

/** Marked for the style sheet by an attribute that React knows nothing of, and leaves alone. */
function flashCard(key: string): void {
  const card = document.querySelector<HTMLElement>(
    `.react-flow__node[data-id="${CSS.escape(key)}"]`,
  );
  if (!card) return;
  card.dataset.flash = "";
  window.setTimeout(() => delete card.dataset.flash, FLASH_MS);
}

/** Whether nobody has gone on to something else: another node, a field, a dialog. */
function isStillMeant(key: string): boolean {
  const { selection } = workflow();
  if (selection.size > 0 && !selection.has(key)) return false;
  return useUi.getState().opened === null && !isElsewhere(document.activeElement);
}
