import {
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  Ban,
  Copy,
  CopyPlus,
  FolderClosed,
  FolderOpen,
  Group,
  LayoutDashboard,
  Pencil,
  Plus,
  Spline,
  StickyNote,
  Trash2,
} from "lucide-react";
import { useRef } from "react";
import { Menu as AriaMenu, Popover } from "react-aria-components";
import { picked, useWorkflow } from "@/editor/document";
import { MenuItem, MenuPartsContext, MenuSeparator } from "@/ui/Menu";
import { MENU_PARTS } from "@/ui/MenuPopover";
import * as actions from "./actions";
import { reorder } from "./reorder";
import { type Opened, ui } from "./ui";

type MenuOpened = Extract<Opened, { kind: "menu" }>;

const ICON = { size: 15, "aria-hidden": true } as const;

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
  // A dialog that the command opens must find the menu closed, not close it again.
  const later = (work: () => unknown) => () => {
    ui().open(null);
    requestAnimationFrame(() => void work());
  };
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
          {isReadOnly ? <MenuItem onAction={later(actions.copySelection)}>Copy</MenuItem> : null}
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
          {!isReadOnly && node !== undefined && nodes.length === 1 ? (
            <>
              <MenuItem
                icon={<Spline {...ICON} />}
                shortcut="C"
                onAction={later(() => ui().open({ kind: "connect", node }))}
              >
                Connect to…
              </MenuItem>
              <MenuItem
                icon={<Pencil {...ICON} />}
                shortcut="F2"
                onAction={later(() => ui().open({ kind: "rename", node }))}
              >
                Rename…
              </MenuItem>
              <MenuItem shortcut="Alt ↑" onAction={later(() => reorder(node, "earlier"))}>
                Run earlier
              </MenuItem>
              <MenuItem shortcut="Alt ↓" onAction={later(() => reorder(node, "later"))}>
                Run later
              </MenuItem>
            </>
          ) : null}
          {!isReadOnly && group !== undefined && groups.length === 1 ? (
            <>
              <MenuItem
                icon={<Pencil {...ICON} />}
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
              <MenuItem onAction={later(actions.ungroupSelection)}>Ungroup</MenuItem>
            </>
          ) : null}
          {!isReadOnly && nodes.length > 0 ? (
            <>
              <MenuItem
                icon={<Ban {...ICON} />}
                shortcut="D"
                onAction={later(actions.toggleDisabled)}
              >
                {areDisabled ? "Enable" : "Disable"}
              </MenuItem>
              <MenuItem
                icon={<Copy {...ICON} />}
                shortcut="Ctrl C"
                onAction={later(actions.copySelection)}
              >
                Copy
              </MenuItem>
              <MenuItem
                icon={<CopyPlus {...ICON} />}
                shortcut="Ctrl D"
                onAction={later(actions.duplicateSelection)}
              >
                Duplicate
              </MenuItem>
              <MenuItem
                icon={<Group {...ICON} />}
                shortcut="Ctrl G"
                onAction={later(actions.groupSelection)}
              >
                Group
              </MenuItem>
            </>
          ) : null}
          {!isReadOnly && nodes.length > 1 ? (
            <>
              <MenuSeparator />
              <MenuItem
                icon={<AlignStartVertical {...ICON} />}
                onAction={later(() => actions.alignSelection("left"))}
              >
                Align left
              </MenuItem>
              <MenuItem
                icon={<AlignStartHorizontal {...ICON} />}
                onAction={later(() => actions.alignSelection("top"))}
              >
                Align top
              </MenuItem>
              <MenuItem
                icon={<AlignHorizontalDistributeCenter {...ICON} />}
                onAction={later(() => actions.alignSelection("columns"))}
              >
                Spread evenly
              </MenuItem>
            </>
          ) : null}
          {isReadOnly ? null : (
            <>
              <MenuItem
                icon={<LayoutDashboard {...ICON} />}
                shortcut="Shift T"
                onAction={later(actions.tidy)}
              >
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
                    shortcut="N"
                    onAction={later(() =>
                      ui().open({ kind: "palette", at: opened.place, origin: null }),
                    )}
                  >
                    Add a node here…
                  </MenuItem>
                  <MenuItem
                    icon={<StickyNote {...ICON} />}
                    shortcut="S"
                    onAction={later(actions.addNoteHere)}
                  >
                    Add a note
                  </MenuItem>
                  <MenuItem
                    onAction={later(async () =>
                      actions.pasteText(await navigator.clipboard.readText().catch(() => "")),
                    )}
                  >
                    Paste
                  </MenuItem>
                  <MenuItem shortcut="Ctrl A" onAction={later(actions.selectAll)}>
                    Select all
                  </MenuItem>
                </>
              )}
            </>
          )}
        </AriaMenu>
      </Popover>
    </MenuPartsContext>
  );
}
