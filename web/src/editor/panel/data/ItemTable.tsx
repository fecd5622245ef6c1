import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { ArrowDown, ArrowUp, Paperclip } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { ErrorNotice } from "@/ui/Notice";
import { Redacted } from "@/ui/Redacted";
import { Skeleton } from "@/ui/Skeleton";
import type { JsonValue } from "../form/schema";
import { Dragged } from "./Dragged";
import { columnsIn, useFields } from "./fields";
import { cellText, type ItemSource, type ItemView, type StoredItem, windowQuery } from "./items";
import { useItemWindows } from "./useItemWindows";

const ROW_HEIGHT = 26;
/** Browsers stop at about 33 million pixels; beyond that the scroll is scaled. */
const MOST_PIXELS = 30_000_000;

interface ItemTableProps {
  source: ItemSource;
  view: ItemView;
  onSort: (sort: string) => void;
  /** The columns that are shown, as far as there are; null shows all. */
  columns: string[] | null;
  /** The item whose details are shown. */
  selected: number | null;
  /** Told the row of one that is chosen, whether it has come already or not. */
  onSelect: (index: number) => void;
  /** What an expression calls these items' values, where they can be dragged into one. */
  root: string | null;
}

/** Items as a table of any length: only the rows that are seen exist, and only their windows are asked for. */
export function ItemTable(props: ItemTableProps) {
  const { source, view, onSort, columns, selected, onSelect, root } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const first = useQuery(windowQuery(source, view, 0));
  const found = first.data?.found ?? 0;
  const rowHeight = Math.min(ROW_HEIGHT, MOST_PIXELS / Math.max(1, found));
  const rows = useVirtualizer({
    count: found,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const visible = rows.getVirtualItems();
  const itemAt = useItemWindows(
    source,
    view,
    visible.map((row) => row.index),
  );
  const fields = useFields(source, first.data);
  const all = useMemo(() => columnsIn(fields, first.data), [fields, first.data]);
  const picked = columns?.filter((name) => all.includes(name));
  const shown = picked?.length ? picked : all;
  const [focused, setFocused] = useState(0);
  // Also what was chosen elsewhere comes into sight: a link to an item, a line of the log.
  useEffect(() => {
    if (selected === null || selected >= found) return;
    setFocused(selected);
    rows.scrollToIndex(selected);
  }, [selected, found, rows]);

  if (first.isError) return <ErrorNotice title="The items can't be read" error={first.error} />;
  if (!first.data) return <Skeleton lines={8} />;
  const move = (index: number) => {
    const next = Math.max(0, Math.min(found - 1, index));
    setFocused(next);
    rows.scrollToIndex(next);
    onSelect(next);
  };
  const grid = { gridTemplateColumns: `56px repeat(${shown.length}, minmax(80px, 240px))` };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move through the table in it
    <div
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto font-mono text-xs"
      onKeyDown={(event) => {
        const steps: Record<string, number> = {
          ArrowDown: focused + 1,
          ArrowUp: focused - 1,
          PageDown: focused + 20,
          PageUp: focused - 20,
          Home: 0,
          End: found - 1,
        };
        // In the table itself: on the title of a column Enter sorts by it.
        if (event.target === event.currentTarget) steps.Enter = focused;
        const target = steps[event.key];
        if (target === undefined) return;
        event.preventDefault();
        move(target);
      }}
    >
      <table
        aria-label={`Items of ${source.node}`}
        aria-rowcount={found + 1}
        className="block w-max min-w-full"
      >
        <thead className="sticky top-0 z-10 block bg-raised">
          <tr aria-rowindex={1} className="grid w-max min-w-full border-b border-line" style={grid}>
            <th scope="col" className="num px-2 py-1 text-left font-normal text-muted">
              #
            </th>
            {shown.map((name) => (
              <ColumnHeader key={name} name={name} sort={view.sort} onSort={onSort} root={root} />
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => (
            <tr
              key={row.key}
              aria-rowindex={row.index + 2}
              aria-current={row.index === selected ? "true" : undefined}
              className={clsx(
                "absolute top-0 left-0 grid w-max min-w-full cursor-default border-b border-line",
                row.index === selected ? "bg-accent-soft" : "hover:bg-hover",
              )}
              style={{ ...grid, height: ROW_HEIGHT, transform: `translateY(${row.start}px)` }}
              onClick={() => move(row.index)}
            >
              <Place at={row.index} item={itemAt(row.index)} />
              {shown.map((name) => (
                <Cell key={name} value={itemAt(row.index)?.json[name]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where it stands in the output, and whether it holds files: its details show them. */
function Place({ at, item }: { at: number; item: StoredItem | undefined }) {
  const files = Object.keys(item?.files ?? {}).length;
  const text = files === 1 ? "1 file" : `${files} files`;
  return (
    <td className="num flex items-center gap-1 px-2 py-1 text-muted">
      {item?.index ?? at}
      {files > 0 ? (
        <span title={text}>
          <Paperclip size={11} aria-hidden />
          <span className="sr-only">{text}</span>
        </span>
      ) : null}
    </td>
  );
}

function Cell({ value }: { value: JsonValue | undefined }) {
  return (
    <td className={clsx("truncate px-2 py-1", value === null && "text-muted")}>
      <Redacted text={cellText(value)} />
    </td>
  );
}

interface ColumnHeaderProps {
  name: string;
  sort: string;
  onSort: (sort: string) => void;
  root: string | null;
}

function ColumnHeader({ name, sort, onSort, root }: ColumnHeaderProps) {
  const isUp = sort === name;
  const isDown = sort === `-${name}`;
  return (
    <th
      scope="col"
      aria-sort={isUp ? "ascending" : isDown ? "descending" : "none"}
      className="min-w-0"
    >
      <Dragged root={root} keys={[name]}>
        <button
          type="button"
          title={`Sort by ${name}`}
          className="flex w-full items-center gap-1 px-2 py-1 text-left font-semibold hover:bg-hover"
          onClick={() => onSort(isUp ? `-${name}` : isDown ? "" : name)}
        >
          <span className="truncate">{name}</span>
          {isUp ? <ArrowUp size={12} aria-hidden /> : null}
          {isDown ? <ArrowDown size={12} aria-hidden /> : null}
        </button>
      </Dragged>
    </th>
  );
}
