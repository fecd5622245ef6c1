import { Play } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import type { RunWanted } from "./useRun";

interface NodeRunMenuProps {
  node: string;
  /** The trigger that leads to it. */
  trigger: string | null;
  /** The execution that is shown: its data is used again. */
  execution: string | null;
  isDisabled: boolean;
  onRun: (wanted: RunWanted) => void;
}

/** Runs a part of the workflow: up to a node, from it on, or only it. */
export function NodeRunMenu({ node, trigger, execution, isDisabled, onRun }: NodeRunMenuProps) {
  return (
    <Menu
      label="Run"
      trigger={
        <IconButton label="Run this node" isDisabled={isDisabled}>
          <Play size={16} aria-hidden />
        </IconButton>
      }
    >
      <MenuItem
        shortcut="Shift Enter"
        onAction={() => onRun({ kind: "to", node, trigger, data: null })}
      >
        Run to here
      </MenuItem>
      <MenuItem
        shortcut="Alt Enter"
        isDisabled={execution === null}
        onAction={() => execution && onRun({ kind: "from", node, execution })}
      >
        Run from here, with the data shown
      </MenuItem>
      <MenuItem
        isDisabled={execution === null}
        onAction={() => execution && onRun({ kind: "only", node, execution })}
      >
        Run only this, with the data shown
      </MenuItem>
    </Menu>
  );
}
