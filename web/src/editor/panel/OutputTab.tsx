import { useQueryClient } from "@tanstack/react-query";
import { Pin, PinOff } from "lucide-react";
import { ERROR, useNode, useWorkflow } from "@/editor/document";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Select } from "@/ui/Select";
import { NodeOutput } from "./data/NodeOutput";
import { PinnedItems } from "./data/PinnedItems";
import { useOutput } from "./data/useOutput";
import { outputsOf } from "./outputs";
import { pin, unpin } from "./pin";
import type { NodeTypeDetails } from "./queries";

interface OutputTabProps {
  id: string;
  execution: string | null;
  type: NodeTypeDetails;
}

/** What a node gave, by its outputs; it can be pinned, and then stands in for the node. */
export function OutputTab({ id, execution, type }: OutputTabProps) {
  const node = useNode(id);
  const pinned = useWorkflow((state) => state.document.pinned[id]);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const outputs = node ? outputsOf(node, type.outputs) : [];
  const { output, choose } = useOutput(outputs);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 items-center gap-2 px-2 pt-2">
        {outputs.length > 1 ? (
          <Select
            label="Output"
            hideLabel
            className="min-w-32"
            choices={outputs.map((name) => ({ id: name, label: name }))}
            value={output}
            onChange={choose}
          />
        ) : null}
        <span className="flex-1" />
        {isReadOnly || output === ERROR ? null : (
          <PinButton
            id={id}
            execution={execution}
            output={output}
            isPinned={pinned !== undefined}
          />
        )}
      </div>
      {pinned && output === outputs[0] ? (
        <PinnedItems key={id} node={id} output={output} items={pinned} root={null} side="output" />
      ) : execution === null ? (
        <EmptyState title="No data yet">
          Run the workflow, or choose a past execution, to see what this node gave.
        </EmptyState>
      ) : (
        <NodeOutput
          key={`${id} ${output}`}
          execution={execution}
          node={id}
          output={output}
          root={null}
          side="output"
        />
      )}
    </div>
  );
}

interface PinButtonProps {
  id: string;
  execution: string | null;
  output: string;
  isPinned: boolean;
}

function PinButton({ id, execution, output, isPinned }: PinButtonProps) {
  const queryClient = useQueryClient();
  if (isPinned)
    return (
      <Button onPress={() => unpin(id)}>
        <PinOff size={14} aria-hidden /> Unpin
      </Button>
    );
  return (
    <Button
      isDisabled={execution === null}
      onPress={() => execution !== null && void pin(queryClient, execution, id, output)}
    >
      <Pin size={14} aria-hidden /> Pin
    </Button>
  );
}
