import type { KnownFields, StoredItem } from "./items";
import { SchemaTree, shapeOf } from "./SchemaTree";

interface OutputShapeProps {
  /** What is known of an output that is longer than these items. */
  fields: KnownFields | undefined;
  items: readonly StoredItem[];
  total: number;
  root: string | null;
}

/** An output by its fields. */
export function OutputShape({ fields, items, total, root }: OutputShapeProps) {
  const looked = fields?.looked ?? items.length;
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {looked < total ? (
        <p className="px-3 pt-2 text-xs text-muted">
          The fields of {countOfItems(looked)} of {total.toLocaleString("en")}
        </p>
      ) : null}
      <SchemaTree
        fields={fields?.shape ?? shapeOf(items.map(({ json }) => json))}
        count={looked}
        root={root}
      />
    </div>
  );
}

export function countOfItems(total: number): string {
  return total === 1 ? "1 item" : `${total.toLocaleString("en")} items`;
}
