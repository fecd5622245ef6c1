import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Minimize2 } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useKeys } from "@/app/shortcuts/useKeys";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { neighbours, nodeName, useNode, useWorkflow } from "@/editor/document";
import { IconButton } from "@/ui/Button";
import { Skeleton } from "@/ui/Skeleton";
import { useSideView } from "./data/useSideView";
import { InputTab } from "./InputTab";
import { OutputTab } from "./OutputTab";
import { PanelHeader } from "./PanelHeader";
import { ParamsTab } from "./ParamsTab";
import { nodeTypeQuery } from "./queries";
import { useSample } from "./sample";

interface FocusViewProps {
  id: string;
  execution: string | null;
  onClose: () => void;
  /** Goes to a node before or after this one. */
  onNode: (id: string) => void;
  actions?: ReactNode;
}

/** A node with what it was given on the left and what it gave on the right. */
export function FocusView({ id, execution, onClose, onNode, actions }: FocusViewProps) {
  const node = useNode(id);
  const document = useWorkflow((state) => state.document);
  const [{ item = 0 }] = useSideView("input");
  const sample = useSample(id, execution, item);
  const type = useQuery({ ...nodeTypeQuery(node?.type ?? ""), enabled: node !== undefined });
  const around = neighbours(document, id);
  const [before] = around.before;
  const [after] = around.after;
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      if (event.key === "Escape") onClose();
    };
    window.addEventListener("keydown", keys);
    return () => window.removeEventListener("keydown", keys);
  }, [onClose]);
  useShortcut("focus.previous", () => before && onNode(before));
  useShortcut("focus.next", () => after && onNode(after));
  const keys = useKeys();
  if (!node) return null;
  const title = nodeName(id, node, type.data?.label);
  return (
    <section aria-label={`Node ${title}`} className="flex h-full min-h-0 flex-col bg-surface">
      <PanelHeader id={id} node={node} title={title} onFocus={undefined} actions={actions}>
        <Neighbour
          id={before}
          label="Previous node"
          shortcut={keys("focus.previous")}
          onNode={onNode}
        >
          <ChevronLeft size={16} aria-hidden />
        </Neighbour>
        <Neighbour id={after} label="Next node" shortcut={keys("focus.next")} onNode={onNode}>
          <ChevronRight size={16} aria-hidden />
        </Neighbour>
        <IconButton label="Back to the canvas" shortcut="Esc" onPress={onClose}>
          <Minimize2 size={16} aria-hidden />
        </IconButton>
      </PanelHeader>
      {type.data ? (
        <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)_minmax(0,1fr)] divide-x divide-line">
          <Column title="Input">
            <InputTab id={id} execution={execution} />
          </Column>
          <Column title="Parameters">
            <div className="min-h-0 flex-1 overflow-auto">
              <ParamsTab id={id} node={node} type={type.data} sample={sample} />
            </div>
          </Column>
          <Column title="Output">
            <OutputTab id={id} execution={execution} type={type.data} />
          </Column>
        </div>
      ) : (
        <Skeleton lines={8} />
      )}
    </section>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex min-h-0 min-w-0 flex-col">
      <h2 className="px-3 pt-2 text-xs text-muted uppercase">{title}</h2>
      {children}
    </section>
  );
}

interface NeighbourProps {
  id: string | undefined;
  label: string;
  shortcut: string | undefined;
  onNode: (id: string) => void;
  children: ReactNode;
}

function Neighbour({ id, label, shortcut, onNode, children }: NeighbourProps) {
  return (
    <IconButton
      label={label}
      shortcut={shortcut}
      isDisabled={id === undefined}
      onPress={() => id !== undefined && onNode(id)}
    >
      {children}
    </IconButton>
  );
}
