import { ChevronDown, Play, Square } from "lucide-react";
import type { NodeTypes } from "@/editor/canvas/ports";
import { useWorkflow } from "@/editor/document";
import { useConnection } from "@/live/connection";
import { hasEnded, useLive } from "@/live/execution";
import { Button } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { Tooltip } from "@/ui/Tooltip";
import { chosenTrigger, NO_TRIGGER, triggerName, triggersOf } from "./triggers";

interface RunButtonProps {
  types: NodeTypes;
  isStarting: boolean;
  onRun: () => void;
  onRunWithData: (trigger: string) => void;
  onCancel: (execution: string) => void;
}

/** Runs the draft, with a choice of the trigger and its data; while it runs, it ends it. */
export function RunButton(props: RunButtonProps) {
  const { types, isStarting, onRun, onRunWithData, onCancel } = props;
  const document = useWorkflow((state) => state.document);
  const workflowId = useWorkflow((state) => state.workflowId);
  const execution = useLive((state) => state.execution);
  const connection = useConnection();
  const triggers = triggersOf(document, types);
  const name = (id: string) => triggerName(id, document, types);
  if (execution && !hasEnded(execution.status) && execution.status !== "waiting")
    return (
      <Button look="danger" onPress={() => onCancel(execution.id)}>
        <Square size={14} aria-hidden /> Cancel
      </Button>
    );
  const reason = isAway(connection)
    ? "The server does not answer. You can go on editing."
    : triggers.length === 0
      ? NO_TRIGGER
      : "";
  const before = chosenTrigger(workflowId ?? "");
  const isKnown = triggers.length > 1 && before !== null && triggers.includes(before);
  const isDisabled = reason !== "" || isStarting;
  return (
    <span className="flex">
      <Tooltip
        text={reason || (isKnown ? `Run the draft from ${name(before)}` : "Run the draft")}
        shortcut="Ctrl Enter"
      >
        <Button look="solid" className="rounded-r-none" isDisabled={isDisabled} onPress={onRun}>
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
        {triggers.map((id) => (
          <MenuItem key={id} onAction={() => onRunWithData(id)}>
            {`${name(id)} with data…`}
          </MenuItem>
        ))}
      </Menu>
    </span>
  );
}

/** Before anything is followed the connection is not known; a run then simply tries. */
function isAway(connection: string): boolean {
  return connection === "offline" && typeof navigator !== "undefined" && !navigator.onLine;
}
