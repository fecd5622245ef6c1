import { Link } from "@tanstack/react-router";
import { History, LayoutDashboard, ListVideo, Redo2, SlidersHorizontal, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Focusable } from "react-aria-components";
import { useKeys } from "@/app/shortcuts/useKeys";
import { tidy } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { setWhole, useWorkflow, workflow } from "@/editor/document";
import { Button, IconButton } from "@/ui/Button";
import { onDemand } from "@/ui/onDemand";
import { Tooltip } from "@/ui/Tooltip";
import { SaveStatus } from "./SaveStatus";
import { UndoSteps } from "./UndoSteps";

const PublishState = onDemand(() => import("./PublishState").then((it) => it.PublishState));

interface EditorToolbarProps {
  workflowId: string;
  /** Shows or hides the settings of the workflow. */
  onSettings: () => void;
  children: ReactNode;
}

/** The name of the workflow, whether it is saved, and what is done with it as a whole. */
export function EditorToolbar({ workflowId, onSettings, children }: EditorToolbarProps) {
  const keys = useKeys();
  const past = useWorkflow((state) => state.history.past.at(-1)?.label);
  const future = useWorkflow((state) => state.history.future.at(-1)?.label);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  return (
    <div
      role="toolbar"
      aria-label="Workflow"
      className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-surface px-3"
    >
      <WorkflowName />
      <SaveStatus />
      <PublishState workflowId={workflowId} />
      <span className="flex-1" />
      {isReadOnly ? null : (
        <>
          <IconButton
            label={past ? `Undo: ${past}` : "Undo"}
            shortcut={keys("editor.undo")}
            isDisabled={!past}
            onPress={() => workflow().undo()}
          >
            <Undo2 size={16} aria-hidden />
          </IconButton>
          <UndoSteps />
          <IconButton
            label={future ? `Redo: ${future}` : "Redo"}
            shortcut={keys("editor.redo")}
            isDisabled={!future}
            onPress={() => workflow().redo()}
          >
            <Redo2 size={16} aria-hidden />
          </IconButton>
          <IconButton label="Tidy" shortcut={keys("editor.tidy")} onPress={() => void tidy()}>
            <LayoutDashboard size={16} aria-hidden />
          </IconButton>
        </>
      )}
      <ExecutionsLink />
      <IconButton label="Settings of this workflow" onPress={onSettings}>
        <SlidersHorizontal size={16} aria-hidden />
      </IconButton>
      <IconButton label="Versions" onPress={() => ui().open({ kind: "versions" })}>
        <History size={16} aria-hidden />
      </IconButton>
      {isReadOnly ? null : (
        <Button className="ml-1" onPress={() => ui().open({ kind: "publish" })}>
          Publish
        </Button>
      )}
      {children}
    </div>
  );
}

/** The way to the executions of the workflow. */
function ExecutionsLink() {
  const label = "Executions of this workflow";
  return (
    <Tooltip text={label}>
      <Focusable>
        <Link
          from="/w/$workflowId"
          to="/w/$workflowId/executions"
          preload={false}
          aria-label={label}
          className="grid size-7 shrink-0 place-items-center rounded-control text-muted hover:bg-hover hover:text-text"
        >
          <ListVideo size={16} aria-hidden />
        </Link>
      </Focusable>
    </Tooltip>
  );
}

/** The name; a click makes it a field. */
function WorkflowName() {
  const name = useWorkflow((state) => state.document.name);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const [draft, setDraft] = useState<string | null>(null);
  const end = (text: string | null) => {
    const line = text?.replace(/\s+/g, " ").trim().slice(0, 200);
    setDraft(null);
    if (line && line !== name) workflow().change("Rename workflow", setWhole({ name: line }));
  };
  if (draft === null)
    return (
      <h1 className="min-w-0 truncate text-base">
        {isReadOnly ? (
          name
        ) : (
          <button
            type="button"
            title="Rename the workflow"
            className="max-w-full truncate rounded-control px-1.5 py-0.5 hover:bg-hover"
            onClick={() => setDraft(name)}
          >
            {name}
          </button>
        )}
      </h1>
    );
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: somebody has just asked for this field
      autoFocus
      aria-label="Name of the workflow"
      className="min-w-60 rounded-control border border-line-strong bg-bg px-1.5 py-0.5 text-base font-semibold"
      value={draft}
      maxLength={200}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => end(draft)}
      onKeyDown={(event) => {
        if (event.key === "Enter") end(draft);
        if (event.key === "Escape") end(null);
      }}
    />
  );
}
