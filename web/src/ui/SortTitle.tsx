import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";

interface SortTitleProps<T extends string> {
  title: string;
  /** What the list is sorted by; undefined is its own order. */
  sort: T | undefined;
  ascending: T | undefined;
  descending: T | undefined;
  /** What comes of the first press. */
  first: "ascending" | "descending";
  onSort: (sort: T | undefined) => void;
  className?: string;
}

/** The title of a column by which the server sorts a list; a second press turns it around. */
export function SortTitle<T extends string>(props: SortTitleProps<T>) {
  const { title, sort, ascending, descending, first, onSort, className } = props;
  const order = sort === ascending ? "ascending" : sort === descending ? "descending" : "none";
  const next = order === "none" ? first : order === "ascending" ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={order} className={clsx("text-left font-semibold", className)}>
      <button
        type="button"
        title={`Sort by ${title.toLowerCase()}`}
        className="-mx-2 flex min-h-6 items-center gap-1 rounded-control px-2 font-semibold hover:bg-hover"
        onClick={() => onSort(next === "ascending" ? ascending : descending)}
      >
        {title}
        {order === "descending" ? <ArrowDown size={12} aria-hidden /> : null}
        {order === "ascending" ? <ArrowUp size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}
