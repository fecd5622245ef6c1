import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { readDocument } from "@/editor/document/convert";
import type { ExecutionDetails } from "@/editor/run/queries";
import { hasFailed } from "@/pages/executions/failed";
import { versionQuery } from "@/pages/workflow/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { useRepeat } from "./useRepeat";

type Version = "same" | "draft";

const VERSIONS = [
  { id: "same", label: "The version that it had" },
  { id: "draft", label: "The draft as it is now" },
];

interface RunFromDialogProps {
  execution: ExecutionDetails;
  onClose: () => void;
}

/** Runs a node and all that comes after it again, with the data of this execution. */
export function RunFromDialog({ execution, onClose }: RunFromDialogProps) {
  const version = useQuery(versionQuery(execution.workflow_id, execution.version_hash));
  const placed = version.data ? readDocument(version.data.document).nodes : {};
  // What ran inside of a loop can't be begun at, only the loop itself.
  const nodes = execution.nodes.filter((node) => node.iteration.length === 0);
  const usual = nodes.find(({ status }) => hasFailed(status)) ?? nodes[0];
  const [node, setNode] = useState(usual?.id ?? null);
  const [wanted, setWanted] = useState<Version>("same");
  const repeat = useRepeat(execution.id);
  return (
    <Dialog
      title="Run from a node"
      isOpen
      onClose={onClose}
      size="small"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="solid"
            isDisabled={node === null || repeat.isPending}
            onPress={() =>
              repeat.mutate({ mode: "from_node", node, version: wanted }, { onSuccess: onClose })
            }
          >
            Run
          </Button>
        </>
      }
    >
      {node === null ? (
        <EmptyState title="No node has run">There is no data to begin with.</EmptyState>
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-sm text-muted">
            It is given what it was given in #{execution.number}. What comes before it does not run
            again.
          </p>
          <Select
            label="Node"
            choices={nodes.map(({ id, status }) => ({
              id,
              label: placed[id]?.label ?? id,
              detail: status,
            }))}
            value={node}
            onChange={setNode}
          />
          <Select
            label="Version"
            choices={VERSIONS}
            value={wanted}
            onChange={(id) => setWanted(id as Version)}
          />
          {repeat.isError ? <ErrorNotice title="It was not started" error={repeat.error} /> : null}
        </div>
      )}
    </Dialog>
  );
}
