import { useQuery } from "@tanstack/react-query";
import { Columns3, Inbox } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { INPUT } from "@/ui/Field";
import { Menu } from "@/ui/Menu";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { ColumnChoice } from "./ColumnChoice";
import { DownloadItems } from "./DownloadItems";
import { columnsIn, useFields } from "./fields";
import { FileList } from "./filesOnDemand";
import { ItemTable } from "./ItemTable";
import {
  type ItemView,
  type OutputPlace,
  type StoredItem,
  WINDOW_SIZE,
  windowQuery,
} from "./items";
import { JsonItems } from "./JsonItems";
import { JsonTree } from "./JsonTree";
import { countOfItems, OutputShape } from "./OutputShape";
import { ViewChoice, type ViewName } from "./ViewChoice";

interface OutputViewProps {
  place: OutputPlace;
  /** What expressions call an item's object here (`json`); null where none can. */
  root: string | null;
  initialView?: ViewName;
  /** The item that is looked at, where somebody else wants to know. */
  onItem?: (index: number, item: StoredItem) => void;
  /** The place of the item that is shown at first, and whenever it becomes another one. */
  at?: number | undefined;
}

const ALL: ItemView = { q: "", sort: "" };

/** The items of one output: as a table, as JSON, or by their fields. */
export function OutputView({ place, root, initialView = "table", onItem, at }: OutputViewProps) {
  const [kind, setKind] = useState<ViewName>(initialView);
  const [view, setView] = useState<ItemView>(ALL);
  const [columns, setColumns] = useState<string[] | null>(null);
  const [selected, setSelected] = useState<{ index: number; item: StoredItem } | null>(null);
  const [looked, setLooked] = useState<StoredItem | null>(null);
  const first = useQuery(windowQuery(place, view, 0));
  const fields = useFields(place, first.data);
  const given = useGivenItem(place, at);
  if (given && given !== looked) {
    setLooked(given);
    if (given.index !== selected?.item.index) {
      setView(ALL);
      setSelected({ index: given.index, item: given });
    }
  }
  if (first.isError)
    return (
      <ErrorNotice
        title="The items can't be read"
        error={first.error}
        action={
          view === ALL ? null : <Button onPress={() => setView(ALL)}>Show them all again</Button>
        }
      />
    );
  if (!first.data) return <Skeleton lines={6} />;
  const { total, found, items } = first.data;
  if (total === 0)
    return (
      <EmptyState icon={<Inbox size={24} aria-hidden />} title="No items">
        This output was reached, and gave nothing.
      </EmptyState>
    );
  const look = (index: number, item: StoredItem) => {
    setSelected({ index, item });
    onItem?.(index, item);
  };
  return (
    <section
      aria-label={`Output ${place.output} of ${place.node}`}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="flex shrink-0 flex-wrap items-center gap-2 p-2">
        <ViewChoice value={kind} onChange={setKind} />
        <input
          type="search"
          aria-label="Search in the items"
          placeholder="Search"
          className={`${INPUT} max-w-52`}
          value={view.q}
          onChange={(event) => setView({ ...view, q: event.target.value })}
        />
        <span role="status" className="num text-xs text-muted">
          {found === total ? countOfItems(total) : `${found} of ${countOfItems(total)}`}
        </span>
        <span className="flex-1" />
        {kind === "table" ? (
          <Menu
            label="Columns"
            trigger={
              <Button look="quiet">
                <Columns3 size={14} aria-hidden /> Columns
              </Button>
            }
          >
            <ColumnChoice
              all={columnsIn(fields, first.data)}
              value={columns}
              onChange={setColumns}
            />
          </Menu>
        ) : null}
        <DownloadItems place={place} view={view} found={found} />
      </div>
      {found === 0 ? (
        <EmptyState title="Nothing fits">No item holds “{view.q}”.</EmptyState>
      ) : kind === "table" ? (
        <div className="flex min-h-0 flex-1 flex-col">
          <ItemTable
            place={place}
            view={view}
            onSort={(sort) => setView({ ...view, sort })}
            columns={columns}
            selected={selected?.index ?? null}
            onSelect={look}
            root={root}
          />
          {selected ? <Details item={selected.item} place={place} root={root} /> : null}
        </div>
      ) : kind === "json" ? (
        <JsonItems
          place={place}
          view={view}
          found={found}
          root={root}
          selected={selected?.index ?? null}
        />
      ) : (
        <OutputShape fields={fields} items={items} total={total} root={root} />
      )}
    </section>
  );
}

/** The item that somebody else wants to be looked at, once it is there. */
function useGivenItem(place: OutputPlace, at: number | undefined): StoredItem | undefined {
  const window = useQuery({
    ...windowQuery(place, ALL, Math.floor((at ?? 0) / WINDOW_SIZE)),
    enabled: at !== undefined,
  });
  if (at === undefined || window.isPlaceholderData) return undefined;
  return window.data?.items[at % WINDOW_SIZE];
}

interface DetailsProps {
  item: StoredItem;
  place: OutputPlace;
  root: string | null;
}

function Details({ item, place, root }: DetailsProps) {
  const { index } = item;
  return (
    <section
      aria-label={`Item ${index}`}
      className="max-h-1/2 shrink-0 overflow-auto border-t border-line bg-surface"
    >
      <p className="px-2 pt-1 text-xs font-semibold">Item {index}</p>
      {item.files ? <FileList item={item} place={place} /> : null}
      <JsonTree value={item.json} root={root} label={`Item ${index}`} />
    </section>
  );
}
