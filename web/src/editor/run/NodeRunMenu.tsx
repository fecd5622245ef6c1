import { Play } from "lucide-react";
import { useKeys } from "@/app/shortcuts/useKeys";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import type { RunWanted } from "./useRun";

interface NodeRunMenuProps {
  node: string;
  /** The execution that is shown: its data is used again. */
  execution: string | null;
  isDisabled: boolean;
  onRunTo: (node: string) => void;
  onRun: (wanted: RunWanted) => void;
}

/** Runs a part of the workflow: up to a node, from it on, or only it. */
export function NodeRunMenu(props: NodeRunMenuProps) {
  const { node, execution, isDisabled, onRunTo, onRun } = props;
  const keys = useKeys();
  return (
    <Menu
      label="Run"
      trigger={
        <IconButton label="Run this node" isDisabled={isDisabled}>
          <Play size={16} aria-hidden />
        </IconButton>
      }
    >
      <MenuItem shortcut={keys("run.toHere")} onAction={() => onRunTo(node)}>
        Run to here
      </MenuItem>
      <MenuItem
        shortcut={keys("run.fromHere")}
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
