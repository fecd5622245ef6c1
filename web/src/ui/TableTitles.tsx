import clsx from "clsx";

interface TableTitlesProps {
  titles: readonly string[];
  /** Of the row: whether it stays in sight, for example. */
  className?: string;
  /** Of each title. */
  cell?: string;
}

/** The titles of a table's columns that sort nothing. */
export function TableTitles({ titles, className, cell = "px-2 py-1" }: TableTitlesProps) {
  return (
    <thead className={clsx("text-left text-muted", className)}>
      <tr>
        {titles.map((title) => (
          <th key={title} scope="col" className={clsx("font-semibold", cell)}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}
