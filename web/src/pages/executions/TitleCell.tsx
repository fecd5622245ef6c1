import { ArrowDown, ArrowUp } from "lucide-react";
import type { Sort } from "./search";

/** What pressing a title does, one after the other; undefined: the newest first. */
const ORDERS: Record<string, (Sort | undefined)[]> = {
  Started: [undefined, "created_at"],
  Duration: ["-duration_ms", "duration_ms"],
};

interface TitleCellProps {
  title: string;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
}

/** The title of a column; some sort the list on the server. */
export function TitleCell({ title, sort, onSort }: TitleCellProps) {
  const orders = ORDERS[title];
  const place = orders ? orders.indexOf(sort) : -1;
  if (!orders)
    return (
      <th scope="col" className="px-3 py-2 font-semibold">
        {title}
      </th>
    );
  const [down, up] = orders;
  return (
    <th
      scope="col"
      aria-sort={place === 0 ? "descending" : place === 1 ? "ascending" : "none"}
      className="px-1 py-1"
    >
      <button
        type="button"
        title={`Sort by ${title.toLowerCase()}`}
        className="flex min-h-6 items-center gap-1 rounded-control px-2 font-semibold hover:bg-hover"
        onClick={() => onSort(place === 0 ? up : down)}
      >
        {title}
        {place === 0 ? <ArrowDown size={12} aria-hidden /> : null}
        {place === 1 ? <ArrowUp size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}
