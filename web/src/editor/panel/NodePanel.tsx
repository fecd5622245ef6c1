import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { nodeName, useNode, useWorkflow } from "@/editor/document";
import { IconButton } from "@/ui/Button";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { DocsTab } from "./DocsTab";
import { useSideView } from "./data/useSideView";
import { InputTab } from "./InputTab";
import { OutputTab } from "./OutputTab";
import { PanelHeader } from "./PanelHeader";
import { ParamsTab } from "./ParamsTab";
import { nodeTypeQuery } from "./queries";
import { SettingsTab } from "./SettingsTab";
import { useSample } from "./sample";

export interface NodePanelProps {
  /** The node whose panel it is. */
  id: string;
  /** The execution whose data is shown, or null where there is none yet. */
  execution: string | null;
  /** Which of its parts is shown. */
  tab: string;
  onTab: (tab: string) => void;
  onClose: () => void;
  /** Opens the view with input, parameters and output side by side. */
  onFocus?: () => void;
  /** Commands for running this node, given by whoever can. */
  actions?: ReactNode;
}

/** Everything of one node: parameters, settings, what it was given, what it gave, its docs. */
export function NodePanel(props: NodePanelProps) {
  const { id, execution, tab, onTab, onClose, onFocus, actions } = props;
  const node = useNode(id);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const [{ item = 0 }] = useSideView("input");
  const sample = useSample(id, execution, item);
  const type = useQuery({ ...nodeTypeQuery(node?.type ?? ""), enabled: node !== undefined });
  if (!node) return null;
  const title = nodeName(id, node, type.data?.label);
  return (
    <aside
      aria-label={`Node ${title}`}
      data-panel={id}
      className="flex h-full min-w-0 flex-col bg-surface"
    >
      <PanelHeader id={id} node={node} title={title} onFocus={onFocus} actions={actions}>
        <IconButton label="Close the panel" shortcut="Esc" onPress={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </PanelHeader>
      {type.isError ? (
        <div className="p-3">
          <ErrorNotice title={`The node type ${node.type} can't be shown`} error={type.error} />
        </div>
      ) : null}
      {type.isPending ? <Skeleton lines={6} /> : null}
      {type.data ? (
        <Tabs
          label={`Parts of ${title}`}
          selected={tab}
          onSelect={onTab}
          tabs={[
            {
              id: "params",
              title: "Params",
              content: () => <ParamsTab id={id} node={node} type={type.data} sample={sample} />,
            },
            {
              id: "settings",
              title: "Settings",
              content: () => <SettingsTab id={id} node={node} />,
            },
            {
              id: "input",
              title: "Input",
              content: () => <InputTab id={id} execution={execution} />,
            },
            {
              id: "output",
              title: "Output",
              content: () => <OutputTab id={id} execution={execution} type={type.data} />,
            },
            {
              id: "docs",
              title: "Docs",
              content: () => <DocsTab id={id} type={type.data} isReadOnly={isReadOnly} />,
            },
          ]}
        />
      ) : null}
    </aside>
  );
}
