import { PlugZap } from "lucide-react";
import { useState } from "react";
import { MAIN, useWorkflow } from "@/editor/document";
import { EmptyState } from "@/ui/EmptyState";
import { NodeOutput } from "./data/NodeOutput";
import { PinnedItems } from "./data/PinnedItems";
import { EdgeChoice } from "./EdgeChoice";
import { useLookOf } from "./look";
import { edgesInto } from "./sample";

interface InputTabProps {
  id: string;
  execution: string | null;
  /** Which of the items is looked at: expressions are previewed with it. */
  onItem: (index: number) => void;
}

/** What a node was given: the outputs from which edges lead to it. */
export function InputTab({ id, execution, onItem }: InputTabProps) {
  const document = useWorkflow((state) => state.document);
  const edges = edgesInto(document, id);
  const [chosen, setChosen] = useState(0);
  const look = useLookOf(execution, id, "input");
  const edge = edges[Math.min(chosen, edges.length - 1)];
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
        onChoose={setChosen}
        className="p-2 pb-0"
      />
      {pinned && edge.output === MAIN ? (
        <PinnedItems node={edge.source} items={pinned} root="json" />
      ) : execution === null ? (
        <EmptyState title="No data yet">
          Run the workflow, or choose a past execution, to see the items that come in here.
        </EmptyState>
      ) : (
        <NodeOutput
          key={`${edge.source} ${edge.output} ${look.near ?? ""} ${look.at ?? ""}`}
          execution={execution}
          node={edge.source}
          output={edge.output}
          root="json"
          initialView={look.at === undefined ? "schema" : "table"}
          onItem={onItem}
          near={look.near}
          // The places of items are those of all that came in.
          at={edges.length === 1 ? look.at : undefined}
        />
      )}
    </div>
  );
}
