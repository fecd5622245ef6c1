import { ChevronDown, Play, Square } from "lucide-react";
import { useIsAway } from "@/app/readiness";
import { useKeys } from "@/app/shortcuts/useKeys";
import type { NodeTypes } from "@/editor/canvas/ports";
import { useWorkflow } from "@/editor/document";
import { hasEnded, useLive } from "@/live/execution";
import { Button } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { Tooltip } from "@/ui/Tooltip";
import { AWAY, chosenTrigger, NO_TRIGGER, triggerName, triggersOf } from "./triggers";

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
  const keys = useKeys();
  const document = useWorkflow((state) => state.document);
  const workflowId = useWorkflow((state) => state.workflowId);
  const execution = useLive((state) => state.execution);
  const isAway = useIsAway();
  const triggers = triggersOf(document, types);
  const name = (id: string) => triggerName(id, document, types);
  if (execution && !hasEnded(execution.status) && execution.status !== "waiting")
    return (
      <Button look="danger" onPress={() => onCancel(execution.id)}>
        <Square size={14} aria-hidden /> Cancel
      </Button>
    );
  const reason = isAway ? AWAY : triggers.length === 0 ? NO_TRIGGER : "";
  const before = chosenTrigger(workflowId ?? "");
  const known = triggers.length > 1 && triggers.find((id) => id === before);
  const isDisabled = !!reason || isStarting;
  return (
    <span className="flex items-center">
      {isAway ? (
        <span id="run-away" className="mr-2 truncate text-xs text-muted">
          {AWAY}
        </span>
      ) : null}
      <Tooltip
        text={reason || (known ? `Run the draft from ${name(known)}` : "Run the draft")}
        shortcut={keys("run.all")}
      >
        <Button
          look="solid"
          className="rounded-r-none"
          aria-describedby={isAway ? "run-away" : undefined}
          isDisabled={isDisabled}
          onPress={onRun}
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
        {triggers.map((id) => (
          <MenuItem key={id} onAction={() => onRunWithData(id)}>
            {`${name(id)} with data…`}
          </MenuItem>
        ))}
      </Menu>
    </span>
  );
}
