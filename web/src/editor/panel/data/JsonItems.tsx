import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton } from "@/ui/Button";
import { FileList } from "./filesOnDemand";
import { Folds, openDepth, rowsOf } from "./folds";
import type { ItemSource, ItemView, StoredItem } from "./items";
import { JsonTree } from "./JsonTree";
import { useItemWindows } from "./useItemWindows";

/** So many items are scrolled through in one go; browsers can't make a page as long as one likes. */
const SEGMENT = 100_000;
const LINE = 26;

interface JsonItemsProps {
  source: ItemSource;
  view: ItemView;
  found: number;
  root: string | null;
  /** The item that is looked at, by its place in the list. */
  selected: number | null;
}

/** Items of an output as JSON: any number, of which only those in sight exist. */
export function JsonItems({ source, view, found, root, selected }: JsonItemsProps) {
  const [chosen, setChosen] = useState(0);
  const segment = Math.min(chosen, Math.max(0, Math.ceil(found / SEGMENT) - 1));
  const begin = segment * SEGMENT;
  const [seen, setSeen] = useState<readonly number[]>([0]);
  const itemAt = useItemWindows(source, view, seen);
  useEffect(() => {
    if (selected !== null) setChosen(Math.floor(selected / SEGMENT));
  }, [selected]);
  return (
    <>
      {found > SEGMENT ? <Segments segment={segment} found={found} onChange={setChosen} /> : null}
      <JsonList
        key={`${segment} ${view.q} ${view.sort}`}
        label={`Items of ${source.node} as JSON`}
        begin={begin}
        count={Math.min(SEGMENT, found - begin)}
        itemAt={itemAt}
        onSeen={setSeen}
        root={root}
        selected={selected}
        more={(item) => (item.files ? <FileList item={item} source={source} /> : null)}
      />
    </>
  );
}

interface SegmentsProps {
  segment: number;
  found: number;
  onChange: (segment: number) => void;
}

function Segments({ segment, found, onChange }: SegmentsProps) {
  const count = (number: number) => number.toLocaleString("en");
  const end = Math.min(found, (segment + 1) * SEGMENT);
  return (
    <fieldset aria-label="Part of the items" className="flex items-center gap-1 px-2 text-xs">
      <IconButton
        label="Items before"
        isDisabled={segment === 0}
        onPress={() => onChange(segment - 1)}
      >
        <ChevronLeft size={14} aria-hidden />
      </IconButton>
      <output className="num">
        {`${count(segment * SEGMENT)} to ${count(end - 1)} of ${count(found)}`}
      </output>
      <IconButton
        label="Items after"
        isDisabled={end === found}
        onPress={() => onChange(segment + 1)}
      >
        <ChevronRight size={14} aria-hidden />
      </IconButton>
    </fieldset>
  );
}

interface JsonListProps {
  label: string;
  /** The place of the first one, and how many there are. */
  begin: number;
  count: number;
  /** What stands at a place; undefined while it is on its way. */
  itemAt: (index: number) => StoredItem | undefined;
  /** Told which places are in sight. */
  onSeen: (indices: readonly number[]) => void;
  root: string | null;
  selected: number | null;
  more: (item: StoredItem) => ReactNode;
}

/** A list of JSON values that can be folded; those out of sight take no part of the page. */
function JsonList(props: JsonListProps) {
  const { label, begin, count, itemAt, onSeen, root, selected, more } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [folds] = useState(() => new Map<string, boolean>());
  const first = itemAt(begin);
  const guess = first ? rowsOf(first.json, openDepth(first.json)) : 4;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => guess * LINE + 16,
    overscan: 2,
  });
  const visible = rows.getVirtualItems();
  const seen = visible.map((row) => begin + row.index);
  const key = `${seen[0]} ${seen.at(-1)}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when other places come into sight
  useEffect(() => onSeen(seen), [key]);
  useEffect(() => {
    if (selected === null || selected < begin || selected >= begin + count) return;
    rows.scrollToIndex(selected - begin, { align: "start" });
  }, [selected, begin, count, rows]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that scroll, as in every list
    <div
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto"
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key !== "Home" && event.key !== "End") return;
        event.preventDefault();
        rows.scrollToIndex(event.key === "Home" ? 0 : count - 1);
      }}
    >
      <Folds value={folds}>
        <ol aria-label={label} className="relative" style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => {
            const index = begin + row.index;
            const item = itemAt(index);
            return (
              <li
                key={row.key}
                ref={rows.measureElement}
                data-index={row.index}
                aria-setsize={count}
                aria-posinset={row.index + 1}
                aria-current={index === selected ? "true" : undefined}
                className={clsx(
                  "absolute top-0 left-0 w-full border-b border-line",
                  index === selected && "bg-accent-soft",
                )}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                {item ? (
                  <>
                    <span aria-hidden className="num absolute top-1 right-2 text-2xs text-muted">
                      {item.index}
                    </span>
                    <JsonTree value={item.json} root={root} label={`Item ${item.index}`} />
                    {more(item)}
                  </>
                ) : (
                  <p className="p-2 text-xs text-muted" style={{ height: guess * LINE + 16 }}>
                    Item {index}…
                  </p>
                )}
              </li>
            );
          })}
        </ol>
      </Folds>
    </div>
  );
}
