import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { nodes as liveNodes } from "@/live/nodes";
import { useTheme } from "@/theme/theme";
import { type Area, boxOf, type FlowState, LINE, Lines, paint } from "./farPicture";
import type { AnyEdge, AnyNode } from "./graph";
import { painter } from "./painting";

/** With more nodes of another status than this, painting all costs less than painting each. */
const MOST_ALONE = 60;

/**
 * The view from far away, where no text can be read. Painting hundreds of cards is what costs a
 * frame there, so that one canvas paints them all. The cards stay in the page for the pointer, the
 * keyboard and their names, and paint nothing themselves.
 */
export function FarCanvas({ isOn }: { isOn: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi<AnyNode, AnyEdge>();
  const theme = useTheme((state) => state.theme);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!isOn || !element || !context) return;
    const color = painter(theme);
    let frame = 0;
    let lines: Lines | null = null;
    /** The nodes of another status; null: all is to be painted. */
    let turned: Set<string> | null = null;
    const draw = () => {
      frame = 0;
      const state = store.getState();
      if (!lines?.isOf(state)) lines = new Lines(state);
      if (turned && turned.size <= MOST_ALONE) {
        for (const id of turned) drawAround(context, state, lines, id, color);
      } else drawAll(context, state, lines, color);
      turned = new Set();
    };
    const ask = () => {
      if (!frame) frame = requestAnimationFrame(draw);
    };
    const stops = [
      store.subscribe(() => {
        turned = null;
        ask();
      }),
      liveNodes.subscribeStatuses((ids) => {
        for (const id of ids) turned?.add(id);
        ask();
      }),
    ];
    draw();
    return () => {
      for (const stop of stops) stop();
      cancelAnimationFrame(frame);
    };
  }, [isOn, store, theme]);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      className="pointer-events-none absolute inset-0 z-3 h-full w-full"
      hidden={!isOn}
    />
  );
}

type Context = CanvasRenderingContext2D;
type Colors = Record<string, string>;

function drawAll(context: Context, state: FlowState, lines: Lines, color: Colors): void {
  const { canvas } = context;
  const { transform, width, height } = state;
  const [tx, ty, zoom] = transform;
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const [left, top] = [-tx / zoom, -ty / zoom];
  const area = { left, top, right: left + width / zoom, bottom: top + height / zoom };
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, wide, high);
  context.setTransform(zoom * ratio, 0, 0, zoom * ratio, tx * ratio, ty * ratio);
  paint(context, state, lines.path, area, color);
}

/** Paints the pixels of one card again, with all that lies below and above it. */
function drawAround(
  context: Context,
  state: FlowState,
  lines: Lines,
  id: string,
  color: Colors,
): void {
  const node = state.nodeLookup.get(id);
  if (!node) return;
  const { left, top, right, bottom } = boxOf(node);
  const ratio = devicePixelRatio || 1;
  const [tx, ty, zoom] = state.transform;
  const [scale, dx, dy] = [zoom * ratio, tx * ratio, ty * ratio];
  // Its lines are outside by half of their width, and a cross may be by more.
  const more = (2 * LINE) / zoom;
  const x = Math.floor((left - more) * scale + dx);
  const y = Math.floor((top - more) * scale + dy);
  const wide = Math.ceil((right + more) * scale + dx) - x;
  const high = Math.ceil((bottom + more) * scale + dy) - y;
  if (x > context.canvas.width || y > context.canvas.height || x + wide < 0 || y + high < 0) return;
  const area: Area = {
    left: (x - dx) / scale - more,
    top: (y - dy) / scale - more,
    right: (x + wide - dx) / scale + more,
    bottom: (y + high - dy) / scale + more,
  };
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(x, y, wide, high);
  context.clip();
  context.clearRect(x, y, wide, high);
  context.setTransform(scale, 0, 0, scale, dx, dy);
  paint(context, state, lines.through(area), area, color);
  context.restore();
}
