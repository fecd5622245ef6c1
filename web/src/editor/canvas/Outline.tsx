import { clsx } from "clsx";
import { EllipsisVertical } from "lucide-react";
import { memo, useMemo, useRef, useState } from "react";
import { neighbours, nodeName, useWorkflow, workflow } from "@/editor/document";
import { useNodeStatus } from "@/live/nodes";
import { INPUT } from "@/ui/Field";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { removeSelection } from "./actions";
import { iconOf } from "./icons";
import type { NodeTypes } from "./ports";
import { reorder } from "./reorder";
import { ui } from "./ui";
import { inOrder } from "./walk";

interface OutlineProps {
  types: NodeTypes;
  onOpen: (id: string) => void;
}

/**
 * Every node in the order in which they run: the whole canvas for those who don't see it or don't
 * use a mouse. Each command of the canvas works here, too.
 */
export function Outline({ types, onOpen }: OutlineProps) {
  const document = useWorkflow((state) => state.document);
  const selection = useWorkflow((state) => state.selection);
  const [text, setText] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const order = useMemo(() => inOrder(document), [document]);
  const name = (id: string) => {
    const node = document.nodes[id];
    return nodeName(id, node, types.get(node?.type ?? "")?.label);
  };
  const wanted = text.trim().toLowerCase();
  const shown = wanted
    ? order.filter((id) =>
        `${name(id)} ${id} ${document.nodes[id]?.type}`.toLowerCase().includes(wanted),
      )
    : order;
  const entry = shown.find((id) => selection.has(id)) ?? shown[0];
  const go = (id: string | undefined, isMore: boolean) => {
    if (id === undefined) return;
    workflow().select(isMore ? [...workflow().selection, id] : [id]);
    list.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent, id: string) => {
    const index = shown.indexOf(id);
    const to = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: shown.length - 1,
    }[event.key];
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      reorder(id, event.key === "ArrowUp" ? "earlier" : "later");
      // The row moved; the keyboard stays on it.
      requestAnimationFrame(() => go(id, false));
    } else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if (to !== undefined) go(shown[to], event.shiftKey);
    else if (event.key === "ArrowRight") go(neighbours(document, id).after[0], false);
    else if (event.key === "ArrowLeft") go(neighbours(document, id).before[0], false);
    else if (opens(event)) onOpen(id);
    else if (event.key === "Delete" || event.key === "Backspace") {
      if (!selection.has(id)) workflow().select([id]);
      const next = [...shown.slice(index), ...shown.slice(0, index).reverse()];
      removeSelection();
      // The keyboard goes to the next that is left: where nothing may be removed, it stays.
      const left = next.find((each) => Object.hasOwn(workflow().document.nodes, each));
      requestAnimationFrame(() => go(left, false));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="px-2 pb-2">
        <input
          aria-label="Search in this workflow"
          placeholder="Search nodes"
          className={INPUT}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div
        ref={list}
        role="listbox"
        aria-label="Nodes"
        aria-multiselectable
        className="min-h-0 flex-1 overflow-auto px-1 pb-2"
      >
        {shown.map((id) => (
          <Row
            key={id}
            id={id}
            name={name(id)}
            isNamed={Boolean(document.nodes[id]?.label)}
            icon={types.get(document.nodes[id]?.type ?? "")?.icon}
            after={neighbours(document, id).before.map(name).join(", ")}
            isDisabled={document.nodes[id]?.settings?.disabled === true}
            isSelected={selection.has(id)}
            isEntry={id === entry}
            onKeyDown={onKeyDown}
            onGo={go}
            onOpen={onOpen}
          />
        ))}
      </div>
      {order.length === 0 && (
        <p className="px-3 pb-3 text-xs text-muted">
          No nodes yet. Press N to add the first one, usually a trigger.
        </p>
      )}
    </div>
  );
}

/** With Shift it runs to the node, as on the canvas. */
function opens({ key, shiftKey }: React.KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey;
}

interface RowProps {
  id: string;
  name: string;
  /** It has a name of its own; else its id tells it from others of its type. */
  isNamed: boolean;
  icon: string | undefined;
  /** The names of the nodes before it. */
  after: string;
  isDisabled: boolean;
  isSelected: boolean;
  isEntry: boolean;
  onKeyDown: (event: React.KeyboardEvent, id: string) => void;
  onGo: (id: string, isMore: boolean) => void;
  onOpen: (id: string) => void;
}

const Row = memo(function Row(props: RowProps) {
  const { id, name, icon, after, isDisabled, isSelected, isEntry } = props;
  const live = useNodeStatus(id);
  const Icon = iconOf(icon);
  const status = asStatus(live.status);
  const called = props.isNamed ? name : `${name} ${id}`;
  return (
    <div
      data-node={id}
      role="option"
      aria-selected={isSelected}
      aria-label={[
        called,
        isDisabled ? "disabled" : status,
        after ? `after ${after}` : "first",
      ].join(", ")}
      tabIndex={isEntry ? 0 : -1}
      onKeyDown={(event) => props.onKeyDown(event, id)}
      onClick={(event) => {
        props.onGo(id, event.shiftKey || event.ctrlKey || event.metaKey);
        ui().view?.show(id);
      }}
      onDoubleClick={() => props.onOpen(id)}
      onContextMenu={(event) => {
        event.preventDefault();
        if (!isSelected) workflow().select([id]);
        ui().open({ kind: "menu", x: event.clientX, y: event.clientY, place: [0, 0] });
      }}
      className={clsx(
        "group flex min-h-7 cursor-default items-center gap-2 rounded-control px-2 text-sm hover:bg-hover",
        isSelected && "bg-accent-soft",
        isDisabled && "opacity-60",
      )}
    >
      <Icon size={14} aria-hidden className="shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate">
        {name}
        {props.isNamed ? null : <span className="ml-1 text-2xs text-muted"> {id}</span>}
      </span>
      {status !== "idle" && <StatusIcon status={status} size={13} />}
      <EllipsisVertical
        size={14}
        aria-hidden
        className="hidden shrink-0 text-muted group-hover:block"
        onClick={(event) => {
          event.stopPropagation();
          if (!isSelected) workflow().select([id]);
          ui().open({ kind: "menu", x: event.clientX, y: event.clientY, place: [0, 0] });
        }}
      />
    </div>
  );
});
