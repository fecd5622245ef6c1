import { lazy, Suspense } from "react";
import { ConnectDialog } from "@/editor/canvas/ConnectDialog";
import { ContextMenu } from "@/editor/canvas/ContextMenu";
import { Palette } from "@/editor/canvas/Palette";
import { type NodeTypes, usePorts } from "@/editor/canvas/ports";
import { RenameDialog, RenameGroupDialog } from "@/editor/canvas/RenameDialog";
import { useUi } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";

const Versions = lazy(() => import("./Versions").then((module) => ({ default: module.Versions })));
const PublishDialog = lazy(() =>
  import("./PublishDialog").then((module) => ({ default: module.PublishDialog })),
);

/** Whatever is open over the editor. */
export function EditorDialogs({ workflowId, types }: { workflowId: string; types: NodeTypes }) {
  const opened = useUi((state) => state.opened);
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
      return (
        <Suspense>
          <Versions workflowId={workflowId} />
        </Suspense>
      );
    case "publish":
      return (
        <Suspense>
          <PublishDialog workflowId={workflowId} />
        </Suspense>
      );
    default:
      return null;
  }
}

function Connect({ node, types }: { node: string; types: NodeTypes }) {
  const document = useWorkflow((state) => state.document);
  return <ConnectDialog node={node} types={types} ports={usePorts(document, types)} />;
}
