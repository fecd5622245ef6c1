import {
  Ban,
  Copy,
  CopyPlus,
  FolderClosed,
  FolderOpen,
  Group,
  LayoutDashboard,
  Pencil,
  Plus,
  Scissors,
  StickyNote,
  Trash2,
} from "lucide-react";
import { useRef } from "react";
import { Menu as AriaMenu, Popover } from "react-aria-components";
import { picked, useWorkflow } from "@/editor/document";
import { MenuItem, MenuPartsContext } from "@/ui/Menu";
import { MENU_PARTS } from "@/ui/MenuPopover";
import { AlignMenu } from "./AlignMenu";
import * as actions from "./actions";
import { copySelection, cutSelection, pasteText } from "./copying";
import { ICON, later, useMenuCommands } from "./menuCommands";
import { NodeCommands } from "./NodeCommands";
import { type Opened, ui } from "./ui";

type MenuOpened = Extract<Opened, { kind: "menu" }>;

/** What can be done with what is selected, where somebody pressed the right button or Shift F10. */
export function ContextMenu({ opened }: { opened: MenuOpened }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const selection = useWorkflow((state) => state.selection);
  const document = useWorkflow((state) => state.document);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const { nodes, notes, groups, edges } = picked(document, selection);
  const [node] = nodes;
  const [group] = groups;
  const [edge] = edges;
  const hasAny = nodes.length + notes.length + groups.length + edges.length > 0;
  const areDisabled = nodes.every((id) => document.nodes[id]?.settings?.disabled);
  const command = useMenuCommands();
  return (
    <MenuPartsContext value={MENU_PARTS}>
      <span
        ref={anchor}
        aria-hidden
        className="fixed size-0"
        style={{ left: opened.x, top: opened.y }}
      />
      <Popover
        aria-label="Commands"
        triggerRef={anchor}
        isOpen
        onOpenChange={(open) => !open && ui().opened?.kind === "menu" && ui().open(null)}
        placement="bottom start"
        offset={2}
        className="min-w-52 rounded-card border border-line bg-raised p-1 shadow-float"
      >
        <AriaMenu aria-label="Commands" autoFocus="first" className="outline-none">
          {node !== undefined && nodes.length === 1 ? <NodeCommands node={node} /> : null}
          {isReadOnly ? <MenuItem onAction={later(copySelection)}>Copy</MenuItem> : null}
          {!isReadOnly && edge !== undefined && edges.length === 1 && nodes.length === 0 ? (
            <MenuItem
              icon={<Plus {...ICON} />}
              onAction={later(() =>
                ui().open({ kind: "palette", at: null, origin: { kind: "edge", edge } }),
              )}
            >
              Insert a node here
            </MenuItem>
          ) : null}
          {!isReadOnly && group !== undefined && groups.length === 1 ? (
            <>
              <MenuItem
                icon={<Pencil {...ICON} />}
                shortcut={command("editor.rename").shortcut}
                onAction={later(() => ui().open({ kind: "renameGroup", group }))}
              >
                Rename group…
              </MenuItem>
              <MenuItem
                icon={
                  document.groups[group]?.collapsed ? (
                    <FolderOpen {...ICON} />
                  ) : (
                    <FolderClosed {...ICON} />
                  )
                }
                onAction={later(() => actions.toggleFolded(group))}
              >
                {document.groups[group]?.collapsed ? "Expand" : "Collapse"}
              </MenuItem>
              <MenuItem {...command("editor.ungroup")}>Ungroup</MenuItem>
            </>
          ) : null}
          {!isReadOnly && nodes.length > 0 ? (
            <>
              <MenuItem icon={<Ban {...ICON} />} {...command("editor.disable")}>
                {areDisabled ? "Enable" : "Disable"}
              </MenuItem>
              <MenuItem
                icon={<Scissors {...ICON} />}
                shortcut="Ctrl X"
                onAction={later(cutSelection)}
              >
                Cut
              </MenuItem>
              <MenuItem icon={<Copy {...ICON} />} shortcut="Ctrl C" onAction={later(copySelection)}>
                Copy
              </MenuItem>
              <MenuItem icon={<CopyPlus {...ICON} />} {...command("editor.duplicate")}>
                Duplicate
              </MenuItem>
              <MenuItem icon={<Group {...ICON} />} {...command("editor.group")}>
                Group
              </MenuItem>
            </>
          ) : null}
          {!isReadOnly && nodes.length > 1 ? <AlignMenu /> : null}
          {isReadOnly ? null : (
            <>
              <MenuItem icon={<LayoutDashboard {...ICON} />} {...command("editor.tidy")}>
                {nodes.length > 1 ? "Tidy these" : "Tidy everything"}
              </MenuItem>
              {hasAny ? (
                <MenuItem
                  icon={<Trash2 {...ICON} />}
                  shortcut="Del"
                  isDanger
                  onAction={later(actions.removeSelection)}
                >
                  Delete
                </MenuItem>
              ) : (
                <>
                  <MenuItem
                    icon={<Plus {...ICON} />}
                    shortcut={command("editor.add").shortcut}
                    onAction={later(() =>
                      ui().open({ kind: "palette", at: opened.place, origin: null }),
                    )}
                  >
                    Add a node here…
                  </MenuItem>
                  <MenuItem icon={<StickyNote {...ICON} />} {...command("editor.note")}>
                    Add a note
                  </MenuItem>
                  <MenuItem
                    shortcut="Ctrl V"
                    onAction={later(async () =>
                      pasteText(await navigator.clipboard.readText().catch(() => "")),
                    )}
                  >
                    Paste
                  </MenuItem>
                  <MenuItem {...command("editor.selectAll")}>Select all</MenuItem>
                </>
              )}
            </>
          )}
        </AriaMenu>
      </Popover>
    </MenuPartsContext>
  );
}
