import { PlugZap } from "lucide-react";
import { edgesInto, edgeText, MAIN, useWorkflow } from "@/editor/document";
import { EmptyState } from "@/ui/EmptyState";
import { NodeOutput } from "./data/NodeOutput";
import { PinnedItems } from "./data/PinnedItems";
import { EdgeChoice } from "./EdgeChoice";
import { useEdge } from "./useEdge";

interface InputTabProps {
  id: string;
  execution: string | null;
}

/** What a node was given: the outputs from which edges lead to it. */
export function InputTab({ id, execution }: InputTabProps) {
  const document = useWorkflow((state) => state.document);
  const edges = edgesInto(document, id);
  const { edge, called, choose } = useEdge(edges);
  if (!edge)
    return (
      <EmptyState icon={<PlugZap size={24} aria-hidden />} title="Nothing leads here">
        Connect an output of another node to see its items here.
      </EmptyState>
    );
  const pinned = document.pinned[edge.source];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <EdgeChoice
        document={document}
        edges={edges}
        chosen={edge}
        onChoose={choose}
        className="p-2 pb-0"
      />
      {pinned && edge.output === MAIN ? (
        <PinnedItems
          key={edgeText(edge)}
          node={edge.source}
          output={edge.output}
          items={pinned}
          root="json"
          side="input"
          called={called}
          usual="schema"
        />
      ) : execution === null ? (
        <EmptyState title="No data yet">
          Run the workflow, or choose a past execution, to see the items that come in here.
        </EmptyState>
      ) : (
        <NodeOutput
          key={edgeText(edge)}
          execution={execution}
          node={edge.source}
          output={edge.output}
          root="json"
          side="input"
          called={called}
          usual="schema"
        />
      )}
    </div>
  );
}
