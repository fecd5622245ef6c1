import { useQuery } from "@tanstack/react-query";
import { Columns3, Inbox } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Menu } from "@/ui/Menu";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { TypedSearch } from "@/ui/TypedSearch";
import { ColumnChoice } from "./ColumnChoice";
import { DownloadItems } from "./DownloadItems";
import { columnsIn, useFields } from "./fields";
import { ItemDetails } from "./ItemDetails";
import { ItemTable } from "./ItemTable";
import { type ItemSource, type ItemView, windowQuery } from "./items";
import { JsonItems } from "./JsonItems";
import { countOfItems, OutputShape } from "./OutputShape";
import type { Side, ViewName } from "./search";
import { useLookedAt } from "./useLookedAt";
import { useSideView } from "./useSideView";
import { ViewChoice } from "./ViewChoice";

interface OutputViewProps {
  source: ItemSource;
  /** Which side of the node whose panel this is. */
  side: Side;
  /** What expressions call an item's object here (`json`); null where none can. */
  root: string | null;
  /** How items are shown here as long as nobody chooses. */
  usual?: ViewName | undefined;
  /** What the address calls this output, where it has to be named for an item in it. */
  called?: string | undefined;
  /** What is said of all of them. */
  mark?: ReactNode;
}

/** The items of one output: as a table, as JSON, or by their fields. */
export function OutputView(props: OutputViewProps) {
  const { source, side, root, usual = "table", called, mark } = props;
  const [look, change] = useSideView(side);
  const kind = look.show ?? usual;
  const view: ItemView = { q: look.q ?? "", sort: look.sort ?? "" };
  const isWhole = view.q === "" && view.sort === "";
  const first = useQuery(windowQuery(source, view, 0));
  const fields = useFields(source, first.data);
  const looked = useLookedAt(source, view, {
    at: called === undefined || look.output === called ? look.item : undefined,
    onItem: (index) => change({ item: index, ...(called === undefined ? {} : { output: called }) }),
  });
  if (first.isError)
    return (
      <ErrorNotice
        title="The items can't be read"
        error={first.error}
        action={
          isWhole ? null : (
            <Button onPress={() => change({ q: undefined, sort: undefined })}>
              Show them all again
            </Button>
          )
        }
      />
    );
  if (!first.data) return <Skeleton lines={6} />;
  const { total, found, items } = first.data;
  if (total === 0)
    return (
      <EmptyState icon={<Inbox size={24} aria-hidden />} title="No items">
        {source.none}
      </EmptyState>
    );
  return (
    <section
      aria-label={`Output ${source.output} of ${source.node}`}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="flex shrink-0 flex-wrap items-center gap-2 p-2">
        <ViewChoice
          value={kind}
          onChange={(name) => change({ show: name === usual ? undefined : name })}
        />
        <TypedSearch
          label="Search in the items"
          placeholder="Search"
          className="max-w-52"
          value={view.q}
          onChange={(q) => change({ q: q || undefined })}
        />
        <span role="status" className="num text-xs text-muted">
          {found === total ? countOfItems(total) : `${found} of ${countOfItems(total)}`}
        </span>
        {mark}
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
              value={look.columns ?? null}
              onChange={(columns) => change({ columns: columns ?? undefined })}
            />
          </Menu>
        ) : null}
        <DownloadItems source={source} view={view} found={found} />
      </div>
      {found === 0 ? (
        <EmptyState title="Nothing fits">No item holds “{view.q}”.</EmptyState>
      ) : kind === "table" ? (
        <div className="flex min-h-0 flex-1 flex-col">
          <ItemTable
            source={source}
            view={view}
            onSort={(sort) => change({ sort: sort || undefined })}
            columns={look.columns ?? null}
            selected={looked.row}
            onSelect={looked.select}
            root={root}
          />
          <ItemDetails looked={looked} source={source} root={root} />
        </div>
      ) : kind === "json" ? (
        <JsonItems source={source} view={view} found={found} root={root} selected={looked.row} />
      ) : (
        <OutputShape fields={fields} items={items} total={total} root={root} />
      )}
    </section>
  );
}
