import { useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useKeys } from "@/app/shortcuts/useKeys";
import {
  edgeText,
  neighbours,
  nodeName,
  parseEdge,
  picked,
  useWorkflow,
  type WorkflowDocument,
  workflow,
} from "@/editor/document";
import { INPUT } from "@/ui/Field";
import { editNote, removeSelection, toggleFolded } from "./actions";
import { NodeRow, PartRow } from "./OutlineRow";
import { openMenuFor } from "./openMenu";
import { type Entry, endsOf, outlineEntries } from "./outlineEntries";
import type { NodeTypes } from "./ports";
import { reorder } from "./reorder";
import { ui } from "./ui";
import { useLinesInSight } from "./useLinesInSight";

interface OutlineProps {
  types: NodeTypes;
  onOpen: (id: string) => void;
}

/**
 * Every node in the order in which they run, with its edges; every group and note: the whole canvas
 * for those who don't see it or don't use a mouse. Each command of the canvas works here, too.
 */
export function Outline({ types, onOpen }: OutlineProps) {
  const document = useWorkflow((state) => state.document);
  const selection = useWorkflow((state) => state.selection);
  const [text, setText] = useState("");
  // By the keyboard only: edges below every node would be many lines.
  const [opened, setOpened] = useState<string | null>(null);
  const keys = useKeys()("editor.add");
  const list = useRef<HTMLDivElement>(null);
  const name = (id: string) => {
    const node = document.nodes[id];
    return nodeName(id, node, types.get(node?.type ?? "")?.label);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: names come from the document and types
  const entries = useMemo(
    () => outlineEntries(document, { name, text, opened }),
    [document, types, text, opened],
  );
  const entry = entries.find(({ key }) => selection.has(key)) ?? entries[0];
  const go = (key: string | undefined, isMore: boolean) => {
    if (key === undefined) return;
    flushSync(() => {
      setOpened(parseEdge(key)?.source ?? null);
      workflow().select(isMore ? [...workflow().selection, key] : [key]);
    });
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };
  const open = (key: string) => {
    const { kind, id } = entries.find((each) => each.key === key) ?? {};
    if (id === undefined) return;
    if (kind === "group") toggleFolded(id);
    else if (kind === "note") {
      ui().view?.show(key);
      editNote(id);
    } else if (kind === "edge") go(id, false);
    else onOpen(id);
  };
  const remove = (here: Entry) => {
    if (!selection.has(here.key)) workflow().select([here.key]);
    const source = parseEdge(here.key)?.source;
    const around = source
      ? entries.filter(({ kind, key }) => kind === "edge" || key === source)
      : linesFor(here, entries);
    const index = around.indexOf(here);
    const next = [...around.slice(index), ...around.slice(0, index).reverse()];
    removeSelection();
    // The keyboard goes to the next that is left: where nothing may be removed, it stays.
    const left = next.find(({ key }) => isThere(key));
    requestAnimationFrame(() => go(left?.key, false));
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>, key: string) => {
    const here = entries.find((each) => each.key === key);
    if (!here) return;
    const leads = leadsTo(event.key, here, entries, document);
    if (here.kind === "node" && event.altKey && /^Arrow(Up|Down)$/.test(event.key)) {
      reorder(key, event.key === "ArrowUp" ? "earlier" : "later");
      // The row moved; the keyboard stays on it.
      requestAnimationFrame(() => go(key, false));
    } else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if (leads) go(leads.to, event.shiftKey && leads.isAlongLines);
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      const { left, bottom } = event.currentTarget.getBoundingClientRect();
      openMenuFor(key, left + 24, bottom);
    } else if (opens(event)) open(key);
    else if (event.key === "Delete" || event.key === "Backspace") remove(here);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // The same functions each time: only the rows that differ are drawn again.
  const latest = useRef({ onKeyDown, go, open });
  latest.current = { onKeyDown, go, open };
  const on = useMemo(
    () => ({
      onKeyDown: (event: React.KeyboardEvent<HTMLElement>, key: string) =>
        latest.current.onKeyDown(event, key),
      onGo: (key: string, isMore: boolean) => latest.current.go(key, isMore),
      onOpen: (key: string) => latest.current.open(key),
    }),
    [],
  );
  const inSight = useLinesInSight(list, entries.length);
  const ends = useMemo(() => endsOf(document.edges), [document.edges]);
  const row = (each: Entry) => ({
    entry: each,
    isSelected: selection.has(each.key),
    isEntry: each === entry,
    ...on,
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="px-2 pb-2">
        <input
          aria-label="Search in this workflow"
          placeholder="Search nodes"
          className={INPUT}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div
        ref={list}
        role="listbox"
        aria-label="Nodes"
        aria-multiselectable
        className="min-h-0 flex-1 overflow-auto px-1 pb-2"
      >
        {entries.map((each, line) =>
          each.kind === "node" ? (
            <NodeRow
              key={each.key}
              {...row(each)}
              isNamed={Boolean(document.nodes[each.id]?.label)}
              icon={types.get(document.nodes[each.id]?.type ?? "")?.icon}
              after={[...(ends.get(each.id)?.before ?? [])].map(name).join(", ")}
              edges={ends.get(each.id)?.after.size ?? 0}
              isDisabled={document.nodes[each.id]?.settings?.disabled === true}
              hasIcons={line >= inSight.from && line < inSight.to}
            />
          ) : (
            <PartRow key={each.key} {...row(each)} />
          ),
        )}
      </div>
      {entries.length === 0 && !text && (
        <p className="px-3 pb-3 text-xs text-muted">
          No nodes yet. Add the first one{keys ? ` (${keys})` : ""}, usually a trigger.
        </p>
      )}
    </div>
  );
}

/** With Shift it runs to the node, as on the canvas. */
function opens({ key, shiftKey }: React.KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey;
}

/** The lines that Up and Down walk over: edges are passed by, unless the keyboard is in them. */
function linesFor(here: Entry, entries: readonly Entry[]): readonly Entry[] {
  return here.kind === "edge" ? entries : entries.filter(({ kind }) => kind !== "edge");
}

interface Leads {
  to: string | undefined;
  /** Up and down, where Shift selects more; not along edges. */
  isAlongLines: boolean;
}

/** Where a key leads to from a line; null for other keys. */
function leadsTo(
  key: string,
  here: Entry,
  entries: readonly Entry[],
  document: WorkflowDocument,
): Leads | null {
  const lines = linesFor(here, entries);
  const index = lines.indexOf(here);
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: lines.length - 1 }[key];
  if (to !== undefined) return { to: lines[to]?.key, isAlongLines: true };
  const isNode = here.kind === "node";
  if (key === "ArrowLeft") {
    const before = isNode ? neighbours(document, here.id).before[0] : parseEdge(here.key)?.source;
    return { to: before, isAlongLines: false };
  }
  if (key !== "ArrowRight") return null;
  const first = isNode && document.edges.find(({ source }) => source === here.id);
  const after = first ? edgeText(first) : here.kind === "edge" ? here.id : undefined;
  return { to: after, isAlongLines: false };
}

/** Whether a line is still of something in the workflow. */
function isThere(key: string): boolean {
  const { document } = workflow();
  const { nodes, notes, groups, edges } = picked(document, [key]);
  const isEdge = document.edges.some((edge) => edgeText(edge) === edges[0]);
  return nodes.length + notes.length + groups.length > 0 || isEdge;
}
