import { Expand } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type PlacedNode, setLabel, useWorkflow, workflow } from "@/editor/document";
import { IconButton } from "@/ui/Button";
import { INPUT } from "@/ui/Field";

interface PanelHeaderProps {
  id: string;
  node: PlacedNode;
  title: string;
  onFocus: (() => void) | undefined;
  actions: ReactNode;
  children: ReactNode;
}

/** The node's name, which can be changed here, and what can be done with the node. */
export function PanelHeader({ id, node, title, onFocus, actions, children }: PanelHeaderProps) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const [draft, setDraft] = useState<string | null>(null);
  const finish = () => {
    if (draft !== null && draft.trim() !== (node.label ?? title))
      workflow().change(`Name ${id}`, setLabel(id, draft.trim()));
    setDraft(null);
  };
  return (
    <header className="flex shrink-0 items-center gap-1 border-b border-line px-3 py-2">
      <div className="min-w-0 flex-1">
        {draft === null ? (
          <button
            type="button"
            disabled={isReadOnly}
            title="Change the name"
            className="block max-w-full truncate rounded-control text-left text-base font-semibold hover:bg-hover"
            onClick={() => setDraft(node.label ?? title)}
          >
            {title}
          </button>
        ) : (
          <input
            // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
            autoFocus
            aria-label="Name of the node"
            className={INPUT}
            maxLength={200}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onBlur={finish}
            onKeyDown={(event) => {
              if (event.key === "Enter") finish();
              if (event.key === "Escape") setDraft(null);
              event.stopPropagation();
            }}
          />
        )}
        <p className="truncate font-mono text-2xs text-muted">
          {id} · {node.type}
        </p>
      </div>
      {actions}
      {onFocus ? (
        <IconButton
          label="Input, parameters and output side by side"
          shortcut="Enter"
          onPress={onFocus}
        >
          <Expand size={16} aria-hidden />
        </IconButton>
      ) : null}
      {children}
    </header>
  );
}
