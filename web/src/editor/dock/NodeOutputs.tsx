import { useQuery } from "@tanstack/react-query";
import { useNode, useSelectedNode } from "@/editor/document";
import { OutputTab } from "@/editor/panel/OutputTab";
import { nodeTypeQuery } from "@/editor/panel/queries";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";

/** What the selected node gave, with all the width there is. */
export function NodeOutputs({ execution }: { execution: string | null }) {
  const id = useSelectedNode();
  const node = useNode(id ?? "");
  const type = useQuery({ ...nodeTypeQuery(node?.type ?? ""), enabled: node !== undefined });
  if (id === null || !node)
    return <EmptyState title="No node is selected">Select one to see what it gave.</EmptyState>;
  if (type.isError)
    return <ErrorNotice title={`The node type ${node.type} can't be shown`} error={type.error} />;
  if (!type.data) return <Skeleton lines={4} />;
  return <OutputTab key={id} id={id} execution={execution} type={type.data} />;
}
