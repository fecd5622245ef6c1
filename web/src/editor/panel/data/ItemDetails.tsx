import { Button } from "@/ui/Button";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { FileList } from "./filesOnDemand";
import type { ItemSource } from "./items";
import { JsonTree } from "./JsonTree";
import type { LookedAt } from "./useLookedAt";

interface ItemDetailsProps {
  looked: LookedAt;
  source: ItemSource;
  root: string | null;
}

/** All of the item that is looked at; if it was chosen before it had come, that it is on its way. */
export function ItemDetails({ looked, source, root }: ItemDetailsProps) {
  const { item, awaited } = looked;
  if (awaited)
    return (
      <section aria-label="The chosen item" className="shrink-0 border-t border-line bg-surface">
        {awaited.error ? (
          <ErrorNotice
            title="The item can't be read"
            error={awaited.error}
            action={<Button onPress={() => void awaited.refetch()}>Try again</Button>}
          />
        ) : (
          <Skeleton lines={4} />
        )}
      </section>
    );
  if (!item) return null;
  const { index } = item;
  return (
    <section
      aria-label={`Item ${index}`}
      className="max-h-1/2 shrink-0 overflow-auto border-t border-line bg-surface"
    >
      <p className="px-2 pt-1 text-xs font-semibold">Item {index}</p>
      {item.files ? <FileList item={item} source={source} /> : null}
      <JsonTree value={item.json} root={root} label={`Item ${index}`} />
    </section>
  );
}
