import { clsx } from "clsx";
import { useId, useMemo, useRef, useState } from "react";
import { Dialog } from "@/ui/Dialog";
import { INPUT } from "@/ui/Field";
import { addNodeOfType } from "./actions";
import { iconOf } from "./icons";
import type { NodeType, NodeTypes } from "./ports";
import { categoryLabel, searchTypes } from "./search";
import { type Opened, ui } from "./ui";

type PaletteOpened = Extract<Opened, { kind: "palette" }>;

/** Choose a node to add: type a word, Enter. */
export function Palette({ opened, types }: { opened: PaletteOpened; types: NodeTypes }) {
  const [text, setText] = useState(opened.text ?? "");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { origin } = opened;
  const fitting = useMemo(() => {
    const all = [...types.values()];
    // Nothing leads into a trigger.
    return origin?.kind === "output" || origin?.kind === "edge"
      ? all.filter((type) => !type.is_trigger)
      : all;
  }, [types, origin]);
  const found = useMemo(() => searchTypes(fitting, text), [fitting, text]);
  const close = () => ui().open(null);
  const add = (type: NodeType | undefined) => {
    if (!type) return;
    close();
    addNodeOfType(type, opened.at, origin);
  };
  const go = (index: number) => {
    const next = Math.max(0, Math.min(found.length - 1, index));
    setAt(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      go(at + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      add(found[at]);
    }
  };
  return (
    <Dialog title={titleOf(opened)} isOpen onClose={close}>
      <input
        autoFocus
        role="combobox"
        aria-label="Search node types"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length ? `${id}-${at}` : undefined}
        autoComplete="off"
        placeholder="Search: request, sort, webhook …"
        className={INPUT}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Node types"
        tabIndex={-1}
        className="mt-2 h-[46vh] overflow-auto"
      >
        {found.map((type, index) => (
          <Option
            key={type.name}
            id={`${id}-${index}`}
            type={type}
            index={index}
            isChosen={index === at}
            onChoose={() => add(type)}
          />
        ))}
        {found.length === 0 && (
          <p className="p-4 text-center text-muted">
            {types.size === 0
              ? "The node types are still being loaded."
              : `No node type is about “${text}”. The node “Python” can do what none of them does.`}
          </p>
        )}
      </div>
    </Dialog>
  );
}

interface OptionProps {
  id: string;
  type: NodeType;
  index: number;
  isChosen: boolean;
  onChoose: () => void;
}

function Option({ id, type, index, isChosen, onChoose }: OptionProps) {
  const Icon = iconOf(type.icon);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the search field
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      data-index={index}
      tabIndex={-1}
      onClick={onChoose}
      className={clsx(
        "flex cursor-default items-center gap-3 rounded-control px-2 py-1.5 hover:bg-hover",
        isChosen && "bg-accent-soft",
      )}
    >
      <Icon size={17} aria-hidden className="shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block font-semibold">{type.label}</span>
        <span className="block truncate text-xs text-muted">{type.summary}</span>
      </span>
      <span className="shrink-0 text-2xs text-muted">{categoryLabel(type.category)}</span>
    </div>
  );
}

function titleOf({ origin }: PaletteOpened): string {
  if (origin?.kind === "output") return `Add a node after ${origin.node}`;
  if (origin?.kind === "input") return `Add a node before ${origin.node}`;
  return origin?.kind === "edge" ? `Insert a node on ${origin.edge}` : "Add a node";
}
