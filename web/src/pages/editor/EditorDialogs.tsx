import { useEffect } from "react";
import { type NodeTypes, usePorts } from "@/editor/canvas/ports";
import { useUi } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";
import { onDemand } from "@/ui/onDemand";

const Palette = onDemand(() => import("@/editor/canvas/Palette").then((it) => it.Palette));
const ConnectDialog = onDemand(() =>
  import("@/editor/canvas/ConnectDialog").then((it) => it.ConnectDialog),
);
const ContextMenu = onDemand(() =>
  import("@/editor/canvas/ContextMenu").then((it) => it.ContextMenu),
);
const renaming = () => import("@/editor/canvas/RenameDialog");
const RenameDialog = onDemand(() => renaming().then((it) => it.RenameDialog));
const RenameGroupDialog = onDemand(() => renaming().then((it) => it.RenameGroupDialog));
const Versions = onDemand(() => import("./Versions").then((it) => it.Versions));
const PublishDialog = onDemand(() => import("./PublishDialog").then((it) => it.PublishDialog));
// Not loaded before: without the server, which has its code, nothing is run either.
const RunDialog = onDemand(() => import("@/editor/run/RunDialog").then((it) => it.RunDialog));
const ALL = [
  Palette,
  ConnectDialog,
  ContextMenu,
  RenameDialog,
  RenameGroupDialog,
  Versions,
  PublishDialog,
];

/** Whatever is open over the editor. */
export function EditorDialogs({ workflowId, types }: { workflowId: string; types: NodeTypes }) {
  const opened = useUi((state) => state.opened);
  useEffect(() => {
    for (const each of ALL) each.preload();
  }, []);
  switch (opened?.kind) {
    case "palette":
      return <Palette opened={opened} types={types} />;
    case "connect":
      return <Connect node={opened.node} types={types} />;
    case "rename":
      return <RenameDialog node={opened.node} />;
    case "renameGroup":
      return <RenameGroupDialog group={opened.group} />;
    case "menu":
      return <ContextMenu opened={opened} />;
    case "versions":
      return <Versions workflowId={workflowId} />;
    case "publish":
      return <PublishDialog workflowId={workflowId} />;
    case "run":
      return <RunDialog asked={opened} types={types} />;
    default:
      return null;
  }
}

function Connect({ node, types }: { node: string; types: NodeTypes }) {
  const document = useWorkflow((state) => state.document);
  return <ConnectDialog node={node} types={types} ports={usePorts(document, types)} />;
}
