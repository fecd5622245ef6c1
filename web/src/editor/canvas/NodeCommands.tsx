import { ArrowRightFromLine, ArrowRightToLine, Pencil, Pin, PinOff, Spline } from "lucide-react";
import { useWorkflow } from "@/editor/document";
import { MenuItem, MenuSeparator } from "@/ui/Menu";
import { ICON, later, useMenuCommands } from "./menuCommands";
import { reorder } from "./reorder";

/** What can be done with one node. */
export function NodeCommands({ node }: { node: string }) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const isPinned = useWorkflow((state) => node in state.document.pinned);
  const command = useMenuCommands();
  return (
    <>
      <MenuItem icon={<ArrowRightToLine {...ICON} />} {...command("run.toHere")}>
        Run to here
      </MenuItem>
      <MenuItem icon={<ArrowRightFromLine {...ICON} />} {...command("run.fromHere")}>
        Run from here, with the data shown
      </MenuItem>
      {isReadOnly ? null : (
        <>
          <MenuItem
            icon={isPinned ? <PinOff {...ICON} /> : <Pin {...ICON} />}
            {...command("editor.pin")}
          >
            {isPinned ? "Unpin what it gave" : "Pin what it gave"}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={<Spline {...ICON} />} {...command("editor.connect")}>
            Connect to…
          </MenuItem>
          <MenuItem icon={<Pencil {...ICON} />} {...command("editor.rename")}>
            Rename…
          </MenuItem>
          <MenuItem shortcut="Alt ↑" onAction={later(() => reorder(node, "earlier"))}>
            Run earlier
          </MenuItem>
          <MenuItem shortcut="Alt ↓" onAction={later(() => reorder(node, "later"))}>
            Run later
          </MenuItem>
        </>
      )}
    </>
  );
}
