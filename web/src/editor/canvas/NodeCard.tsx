import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { clsx } from "clsx";
import { CirclePause, Pin, TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { MAIN, nodeName } from "@/editor/document";
import { useNodeStatus } from "@/live/nodes";
import { asStatus, StatusIcon, statusColor } from "@/ui/StatusIcon";
import type { CardNode } from "./graph";
import { iconOf } from "./icons";
import { cardHeight, type Ports, portTop } from "./ports";
import { stateText } from "./stateText";

/** One node on the canvas. It is drawn again only where its own part of the document changed. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const live = useNodeStatus(id);
  const { node, type, ports, problem, isPinned } = data;
  const Icon = iconOf(type?.icon);
  const status = asStatus(live.status);
  const isDisabled = node.settings?.disabled === true;
  // Not the height that was measured: that may still be of the ports before these.
  const size = cardHeight(ports);
  const name = nodeName(id, node, type?.label);
  useMeasuredPorts(id, ports);
  return (
    <div
      className={clsx(
        "tg-card flex h-full w-full items-center gap-2 rounded-card border bg-surface pr-2.5 pl-3",
        selected ? "border-accent ring-2 ring-accent" : "border-line",
        isDisabled && "border-dashed opacity-60",
      )}
      data-status={status}
    >
      {status !== "idle" && (
        <span
          className="absolute inset-y-2 left-0 w-1 rounded-full"
          style={{ background: statusColor(status) }}
        />
      )}
      {ports.inputs.map((input, index) => (
        <Port
          key={input}
          kind="target"
          name={input}
          top={portTop(index, ports.inputs.length, size)}
          isNamed={ports.inputs.length > 1}
          isHidden={type?.is_trigger === true && ports.inputs.length === 1 && input === MAIN}
        />
      ))}
      <span
        className={clsx(
          "grid size-8 shrink-0 place-items-center rounded-control",
          type?.is_trigger ? "bg-accent-soft text-accent" : "bg-hover text-muted",
        )}
      >
        <Icon size={17} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span id={`name-${id}`} className="block truncate text-sm font-semibold">
          {name}
        </span>
        <span
          id={`state-${id}`}
          className={clsx(
            "num block truncate text-2xs",
            live.status === "failed" ? "text-danger" : "text-muted",
          )}
        >
          {isDisabled
            ? "disabled"
            : type
              ? stateText(live, node.label ? type.label : id)
              : `no type ${node.type}`}
        </span>
      </span>
      <span className="flex shrink-0 items-center gap-1">
        {(isPinned || live.cached) && (
          <Pin
            size={13}
            className="text-accent"
            aria-label={isPinned ? "pinned output" : "result not of this execution"}
          />
        )}
        {isDisabled && <CirclePause size={14} className="text-muted" aria-hidden />}
        {problem !== undefined && (
          <TriangleAlert size={14} className="text-warning" aria-label={`problem: ${problem}`} />
        )}
        {status !== "idle" && !isDisabled && (
          <StatusIcon status={status} className={status === "running" ? "tg-spin" : ""} />
        )}
      </span>
      {ports.outputs.map((output, index) => (
        <Port
          key={output}
          kind="source"
          name={output}
          top={portTop(index, ports.outputs.length, size)}
          isNamed={ports.outputs.length > 1}
        />
      ))}
    </div>
  );
});

/**
 * Has the places of ports measured again where other ones came. React Flow looks by itself only
 * where the card grew or shrank, and what it measured just before may arrive after the change.
 */
function useMeasuredPorts(id: string, ports: Ports): void {
  const measureAgain = useUpdateNodeInternals();
  const seen = useRef(ports);
  useEffect(() => {
    if (seen.current === ports) return;
    seen.current = ports;
    measureAgain(id);
  }, [id, ports, measureAgain]);
}

interface PortProps {
  kind: "source" | "target";
  name: string;
  top: number;
  isNamed: boolean;
  isHidden?: boolean;
}

function Port({ kind, name, top, isNamed, isHidden = false }: PortProps) {
  const isSource = kind === "source";
  return (
    <Handle
      type={kind}
      position={isSource ? Position.Right : Position.Left}
      id={`${isSource ? "out" : "in"}:${name}`}
      className={clsx("tg-port", name === "error" && "tg-port-error", isHidden && "invisible")}
      style={{ top }}
      data-port={name}
    >
      {isNamed && <span className={isSource ? "tg-port-out" : "tg-port-in"}>{name}</span>}
    </Handle>
  );
}
