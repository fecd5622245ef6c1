import { clsx } from "clsx";
import { CARD, placeOf } from "@/editor/document/drawing";
import { nodeName } from "@/editor/document/nodes";
import type { WorkflowDocument } from "@/editor/document/types";
import { useNodeStatus } from "@/live/nodes";
import { asStatus, StatusIcon, statusColor } from "@/ui/StatusIcon";
import { duration } from "@/ui/time";

interface DrawingProps {
  document: WorkflowDocument;
  onNode: (id: string) => void;
}

const MARGIN = 24;

/** The nodes where they stand on the canvas, each with its state. */
export function Drawing({ document, onNode }: DrawingProps) {
  const ids = Object.keys(document.nodes);
  const places = new Map(ids.map((id) => [id, placeOf(document, id)]));
  const all = [...places.values()];
  const left = Math.min(0, ...all.map(([x]) => x)) - MARGIN;
  const top = Math.min(0, ...all.map(([, y]) => y)) - MARGIN;
  const width = Math.max(0, ...all.map(([x]) => x)) + CARD.width + MARGIN - left;
  const height = Math.max(0, ...all.map(([, y]) => y)) + CARD.height + MARGIN - top;
  const at = (id: string) => {
    const [x, y] = places.get(id) ?? [0, 0];
    return [x - left, y - top] as const;
  };
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto bg-bg"
    >
      <div className="relative" style={{ width, height }}>
        <svg aria-hidden="true" width={width} height={height} className="absolute inset-0">
          {document.edges.map((edge) => {
            const [x, y] = at(edge.source);
            const [to, low] = at(edge.target);
            const [from, high] = [x + CARD.width, y + CARD.height / 2];
            const bend = Math.max(24, Math.abs(to - from) / 2);
            return (
              <path
                key={`${edge.source}.${edge.output}-${edge.target}.${edge.input}`}
                d={`M${from} ${high}C${from + bend} ${high} ${to - bend} ${low + CARD.height / 2} ${to} ${low + CARD.height / 2}`}
                fill="none"
                stroke="var(--line-strong)"
                strokeWidth={1.5}
              />
            );
          })}
        </svg>
        <ul aria-label="Nodes at this moment">
          {ids.map((id) => {
            const [x, y] = at(id);
            return (
              <li key={id} className="absolute" style={{ left: x, top: y, ...CARD }}>
                <NodeBox id={id} name={nodeName(id, document.nodes[id])} onNode={onNode} />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

interface NodeBoxProps {
  id: string;
  name: string;
  onNode: (id: string) => void;
}

function NodeBox({ id, name, onNode }: NodeBoxProps) {
  const live = useNodeStatus(id);
  const status = asStatus(live.status);
  const isIdle = status === "idle";
  return (
    <button
      type="button"
      className={clsx(
        "flex size-full flex-col justify-center rounded-card border-2 bg-surface px-3 text-left hover:bg-hover",
        isIdle && "border-dashed",
      )}
      style={{ borderColor: isIdle ? "var(--line-strong)" : statusColor(status) }}
      onClick={() => onNode(id)}
    >
      <span className="flex w-full items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-semibold">{name}</span>
        <StatusIcon status={status} withWord className="text-xs" />
      </span>
      <span className="num truncate text-xs text-muted">
        {isIdle ? "not begun" : duration(live.ms)}
        {(live.attempt ?? 1) > 1 ? ` · attempt ${live.attempt}` : ""}
        {live.path ? ` · #${live.path}` : ""}
        {live.items_out === null || live.items_out === undefined
          ? ""
          : ` · ${live.items_out === 1 ? "1 item" : `${live.items_out} items`}`}
      </span>
    </button>
  );
}
