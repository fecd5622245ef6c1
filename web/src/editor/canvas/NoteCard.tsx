import { type NodeProps, NodeResizer } from "@xyflow/react";
import { clsx } from "clsx";
import { memo, useEffect, useRef } from "react";
import { setNote, useWorkflow, workflow } from "@/editor/document";
import type { NoteNode } from "./graph";
import { Markdown } from "./Markdown";
import { useUi } from "./ui";

const edit = (note: string | null) => useUi.setState({ editedNote: note });

/** A text on the canvas. Enter or a double click edits it; Escape ends that. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const note = id.slice(5);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const isEdited = useUi((state) => state.editedNote === note) && !isReadOnly;
  const field = useRef<HTMLTextAreaElement>(null);
  const asker = useRef<Element | null>(null);
  useEffect(() => {
    if (!isEdited) return;
    asker.current = document.activeElement;
    field.current?.focus();
  }, [isEdited]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the note's own node does the same
    <div
      className={clsx(
        "tg-note h-full w-full overflow-hidden rounded-card border bg-note p-3 text-sm",
        selected ? "border-accent" : "border-line",
      )}
      onDoubleClick={() => edit(note)}
    >
      <NodeResizer
        isVisible={selected && !isReadOnly}
        minWidth={120}
        minHeight={64}
        onResizeEnd={(_, { x, y, width, height }) =>
          workflow().change(
            "Resize note",
            setNote(note, {
              x: Math.round(x),
              y: Math.round(y),
              width: Math.round(width),
              height: Math.round(height),
            }),
          )
        }
      />
      {isEdited ? (
        <textarea
          ref={field}
          aria-label="Text of the note (Markdown)"
          className="nodrag nowheel h-full w-full resize-none bg-transparent outline-none"
          value={data.text}
          onChange={(event) =>
            workflow().change("Edit note", setNote(note, { text: event.target.value }), {
              merge: `note:${note}`,
            })
          }
          onBlur={() => edit(null)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            edit(null);
            // Back to the line of the outline where it was asked for, or else to the note itself.
            const line = asker.current?.closest<HTMLElement>("[role=option]");
            (line ?? event.currentTarget.closest<HTMLElement>(".react-flow__node"))?.focus();
          }}
        />
      ) : data.text ? (
        <Markdown text={data.text} />
      ) : (
        <p className="text-muted">Double-click to write a note.</p>
      )}
    </div>
  );
});
