import { clsx } from "clsx";
import { EllipsisVertical, Group, type LucideIcon, MoveRight, StickyNote } from "lucide-react";
import { memo } from "react";
import { useStatus } from "@/live/nodes";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { iconOf } from "./icons";
import { openMenuFor } from "./openMenu";
import type { Entry } from "./outlineEntries";
import { ui } from "./ui";

interface RowProps {
  entry: Entry;
  isSelected: boolean;
  isEntry: boolean;
  onKeyDown: (event: React.KeyboardEvent<HTMLElement>, key: string) => void;
  onGo: (key: string, isMore: boolean) => void;
  onOpen: (key: string) => void;
}

interface NodeRowProps extends RowProps {
  /** It has a name of its own; else its id tells it from others of its type. */
  isNamed: boolean;
  icon: string | undefined;
  /** The names of the nodes before it. */
  after: string;
  /** How many edges leave it. */
  edges: number;
  isDisabled: boolean;
  /**
   * It is in sight, or nearly. Each icon costs the browser a layer, and with those of 500 nodes
   * whatever changes in the page takes it a millisecond more.
   */
  hasIcons: boolean;
}

/** What every line does when it is pressed, with a key or by a pointer. */
function behaviour({ entry: { key }, ...on }: RowProps) {
  return {
    "data-key": key,
    onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => on.onKeyDown(event, key),
    onClick: (event: React.MouseEvent) => {
      on.onGo(key, event.shiftKey || event.ctrlKey || event.metaKey);
      ui().view?.show(key);
    },
    onDoubleClick: () => on.onOpen(key),
    onContextMenu: (event: React.MouseEvent) => {
      event.preventDefault();
      openMenuFor(key, event.clientX, event.clientY);
    },
  };
}

/** Whether a row says the same; its entry is another object with each change of the document. */
function isSame(before: NodeRowProps, now: NodeRowProps): boolean {
  const { entry, ...others } = now;
  return (
    entry.key === before.entry.key &&
    entry.name === before.entry.name &&
    (Object.keys(others) as (keyof typeof others)[]).every((key) => others[key] === before[key])
  );
}

const LINE =
  "group flex min-h-7 cursor-default items-center gap-2 rounded-control px-2 text-sm hover:bg-hover";

export const NodeRow = memo(function NodeRow(props: NodeRowProps) {
  const { entry, icon, after, edges, isNamed, isDisabled, isSelected, isEntry, hasIcons } = props;
  const { id, name } = entry;
  const Icon = iconOf(icon);
  const status = asStatus(useStatus(id));
  const called = isNamed ? name : `${name} ${id}`;
  return (
    <div
      {...behaviour(props)}
      role="option"
      aria-selected={isSelected}
      tabIndex={isEntry ? 0 : -1}
      data-node={id}
      aria-label={[
        called,
        isDisabled ? "disabled" : status,
        after ? `after ${after}` : "first",
      ].join(", ")}
      aria-description={edges ? `Arrow right: edges, ${edges}` : undefined}
      className={clsx(LINE, isSelected && "bg-accent-soft", isDisabled && "opacity-60")}
    >
      {hasIcons && <Icon size={14} aria-hidden className="shrink-0 text-muted" />}
      <span className="min-w-0 flex-1 truncate">
        {name}
        {isNamed ? null : <span className="ml-1 text-2xs text-muted"> {id}</span>}
      </span>
      {hasIcons && status !== "idle" && <StatusIcon status={status} size={13} />}
      {hasIcons && (
        <EllipsisVertical
          size={14}
          aria-hidden
          className="hidden shrink-0 text-muted group-hover:block"
          onClick={(event) => {
            event.stopPropagation();
            openMenuFor(id, event.clientX, event.clientY);
          }}
        />
      )}
    </div>
  );
}, isSame);

const LOOKS: Record<"edge" | "group" | "note", { icon: LucideIcon; word: string; more: string }> = {
  edge: { icon: MoveRight, word: "Edge to", more: "ml-5 text-xs" },
  group: { icon: Group, word: "Group", more: "text-muted" },
  note: { icon: StickyNote, word: "Note:", more: "text-muted" },
};

/** A group, a note, or an edge of the node above. */
export const PartRow = memo(function PartRow(props: RowProps) {
  const { entry, isSelected, isEntry } = props;
  if (entry.kind === "node") return null;
  const { icon: Icon, word, more } = LOOKS[entry.kind];
  return (
    <div
      {...behaviour(props)}
      role="option"
      aria-selected={isSelected}
      tabIndex={isEntry ? 0 : -1}
      aria-label={`${word} ${entry.name}`}
      className={clsx(LINE, more, isSelected && "bg-accent-soft")}
    >
      <Icon size={14} aria-hidden className="shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate">{entry.name}</span>
    </div>
  );
});
