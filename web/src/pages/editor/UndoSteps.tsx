import { ChevronDown } from "lucide-react";
import { useWorkflow, workflow } from "@/editor/document";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";

/** So many steps are listed; the keys go further back. */
const MOST = 20;

/** What was done, the last first; choosing a step takes it and all after it back. */
export function UndoSteps() {
  const past = useWorkflow((state) => state.history.past);
  const steps = past.slice(-MOST).reverse();
  const undo = (count: number) => {
    for (let done = 0; done < count; done++) workflow().undo();
  };
  return (
    <Menu
      label="Steps"
      trigger={
        <IconButton label="Steps that can be undone" isDisabled={past.length === 0}>
          <ChevronDown size={14} aria-hidden />
        </IconButton>
      }
    >
      {steps.map(({ label, at }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: how far back it lies is what a step is
        <MenuItem key={`${at} ${index}`} onAction={() => undo(index + 1)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
