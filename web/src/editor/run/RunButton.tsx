import { ChevronDown, Play, Square } from "lucide-react";
import { useState } from "react";
import type { NodeTypes } from "@/editor/canvas/ports";
import { nodeName, useWorkflow, type WorkflowDocument } from "@/editor/document";
import { useConnection } from "@/live/connection";
import { hasEnded, useLive } from "@/live/execution";
import { Button } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { onDemand } from "@/ui/onDemand";
import { Tooltip } from "@/ui/Tooltip";
import type { RunWanted } from "./useRun";

const RunDialog = onDemand(() => import("./RunDialog").then((module) => module.RunDialog));

interface RunButtonProps {
  types: NodeTypes;
  isStarting: boolean;
  onRun: (wanted: RunWanted) => void;
  onCancel: (execution: string) => void;
}

/** The nodes that can start the workflow. */
export function triggersOf(document: WorkflowDocument, types: NodeTypes): string[] {
  return Object.entries(document.nodes)
    .filter(([, node]) => types.get(node.type)?.is_trigger && !node.settings?.disabled)
    .map(([id]) => id);
}

/** Runs the draft, with a choice of the trigger and its data; while it runs, it ends it. */
export function RunButton({ types, isStarting, onRun, onCancel }: RunButtonProps) {
  const document = useWorkflow((state) => state.document);
  const execution = useLive((state) => state.execution);
  const connection = useConnection();
  const [asked, setAsked] = useState<string | null>(null);
  const triggers = triggersOf(document, types);
  const [first] = triggers;
  if (execution && !hasEnded(execution.status) && execution.status !== "waiting")
    return (
      <Button look="danger" onPress={() => onCancel(execution.id)}>
        <Square size={14} aria-hidden /> Cancel
      </Button>
    );
  const reason = isAway(connection)
    ? "The server does not answer. You can go on editing."
    : first === undefined
      ? "Add a trigger first: it is where an execution begins."
      : "";
  const isDisabled = reason !== "" || isStarting;
  return (
    <span className="flex">
      <Tooltip text={reason || "Run the draft"} shortcut="Ctrl Enter">
        <Button
          look="solid"
          className="rounded-r-none"
          isDisabled={isDisabled}
          onPress={() => onRun({ kind: "all", trigger: first ?? null, data: null })}
        >
          <Play size={14} aria-hidden /> {isStarting ? "Starting…" : "Run"}
        </Button>
      </Tooltip>
      <Menu
        label="Start with"
        trigger={
          <Button
            look="solid"
            aria-label="Choose the trigger and its data"
            className="rounded-l-none border-l border-bg px-1"
            isDisabled={isDisabled}
          >
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        {triggers.map((id) => {
          const node = document.nodes[id];
          const label = types.get(node?.type ?? "")?.label;
          return (
            <MenuItem key={id} onAction={() => setAsked(id)}>
              {`${nodeName(id, node, label)} with data…`}
            </MenuItem>
          );
        })}
      </Menu>
      {asked !== null ? (
        <RunDialog
          trigger={asked}
          onClose={() => setAsked(null)}
          onRun={(data) => {
            setAsked(null);
            onRun({ kind: "all", trigger: asked, data });
          }}
        />
      ) : null}
    </span>
  );
}

/** Before anything is followed the connection is not known; a run then simply tries. */
function isAway(connection: string): boolean {
  return connection === "offline" && typeof navigator !== "undefined" && !navigator.onLine;
}
