import { Handle, type NodeProps, Position } from "@xyflow/react";
import { clsx } from "clsx";
import { ChevronDown, ChevronRight, Layers } from "lucide-react";
import { memo, useSyncExternalStore } from "react";
import { nodes as liveNodes, type NodeStatus } from "@/live/nodes";
import { IconButton } from "@/ui/Button";
import { StatusIcon } from "@/ui/StatusIcon";
import { toggleFolded } from "./actions";
import type { FoldedNode, GroupNode } from "./graph";

/** The frame around the nodes of a group. */
export const GroupFrame = memo(function GroupFrame({ id, data, selected }: NodeProps<GroupNode>) {
  return (
    <div
      className={clsx(
        "h-full w-full rounded-card border border-dashed bg-hover/40",
        selected ? "border-accent" : "border-line-strong",
      )}
    >
      <div className="flex h-8 items-center gap-1 px-1.5">
        <IconButton
          label={`Collapse ${data.label}`}
          className="nodrag"
          onPress={() => toggleFolded(id.slice(6))}
        >
          <ChevronDown size={14} aria-hidden />
        </IconButton>
        <span className="truncate text-xs font-semibold">{data.label}</span>
        <span className="text-2xs text-muted">{data.count} nodes</span>
      </div>
    </div>
  );
});

const WORST: readonly NodeStatus[] = [
  "failed",
  "running",
  "retrying",
  "waiting",
  "pending",
  "cancelled",
  "succeeded",
  "skipped",
];

function statusOf(ids: readonly string[]): NodeStatus {
  const found = new Set(ids.map((id) => liveNodes.get(id).status));
  return WORST.find((status) => found.has(status)) ?? "idle";
}

/** A group as one card; its status is the one of its nodes that matters most. */
export const FoldedCard = memo(function FoldedCard({ id, data, selected }: NodeProps<FoldedNode>) {
  const status = useSyncExternalStore(liveNodes.subscribeStatuses, () => statusOf(data.nodes));
  return (
    <div
      className={clsx(
        "flex h-full w-full items-center gap-2 rounded-card border border-dashed bg-raised pr-2.5 pl-1.5",
        selected ? "border-accent ring-2 ring-accent" : "border-line-strong",
      )}
    >
      <Handle
        type="target"
        id="in"
        position={Position.Left}
        isConnectable={false}
        className="tg-port"
      />
      <IconButton
        label={`Expand ${data.label}`}
        className="nodrag"
        onPress={() => toggleFolded(id.slice(6))}
      >
        <ChevronRight size={14} aria-hidden />
      </IconButton>
      <Layers size={16} aria-hidden className="text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-semibold">{data.label}</span>
        <span className="block text-2xs text-muted">{data.nodes.length} nodes</span>
      </span>
      {status !== "idle" && <StatusIcon status={status} />}
      <Handle
        type="source"
        id="out"
        position={Position.Right}
        isConnectable={false}
        className="tg-port"
      />
    </div>
  );
});
