import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSettled } from "@/ui/useSettled";
import {
  type ItemSource,
  type ItemView,
  type StoredItem,
  WHOLE,
  WINDOW_SIZE,
  windowQuery,
} from "./items";

const AMONG_ALL = JSON.stringify(WHOLE);

interface Chosen {
  /** Undefined as long as it is on its way. */
  item: StoredItem | undefined;
  /** Which items it is one of. */
  of: string;
  /** Where it stood among the rows when it was chosen there, and what these were. */
  row: number | undefined;
  among: string;
}

interface Named {
  /** The place of the item that the address names. */
  at: number | undefined;
  /** Told the place of the item that was chosen last; undefined as long as it is on its way. */
  onItem: (index: number | undefined) => void;
}

/** The item that is looked at: the one that was chosen last, or the one that the address names. */
export function useLookedAt(source: ItemSource, view: ItemView, { at, onItem }: Named) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [known, setKnown] = useState<StoredItem | null>(null);
  const of = JSON.stringify(source.key);
  const among = JSON.stringify(view);
  // Nobody waits for a row of those before: something else was searched for meanwhile.
  const isOver = chosen?.of !== of || (!chosen.item && chosen.among !== among);
  const current = isOver ? null : chosen;
  const isAwaited = current !== null && !current.item;
  const awaited = useItemAt(source, view, isAwaited ? current.row : undefined);
  const item = current?.item ?? awaited.item;
  if (isAwaited && item) setChosen({ ...current, item });
  const named = useItemAt(source, WHOLE, at).item;
  if (named && named !== known) {
    setKnown(named);
    if (named.index !== item?.index) setChosen({ item: named, of, row: undefined, among });
  }
  const tell = useSettled(onItem);
  useEffect(() => {
    if (chosen?.row !== undefined) tell(chosen.item?.index);
  }, [chosen, tell]);
  const first = useQuery(windowQuery(source, view, 0));
  const shown = first.isPlaceholderData ? [] : (first.data?.items ?? []);
  const rowOf = ({ index }: StoredItem) =>
    among === AMONG_ALL ? index : shown.findIndex((each) => each.index === index);
  const row = (current?.among === among ? current.row : undefined) ?? (item ? rowOf(item) : -1);
  return {
    item,
    /** Where it stands among the rows; null also where that is not known. */
    row: row === -1 ? null : row,
    /** As long as it is on its way: why it does not come, and how it is asked for again. */
    awaited: isAwaited && !item ? awaited : null,
    select: (index: number) => setChosen({ item: undefined, of, row: index, among }),
  };
}

export type LookedAt = ReturnType<typeof useLookedAt>;

/** The item of one row, as soon as it is there. */
function useItemAt(source: ItemSource, view: ItemView, row: number | undefined) {
  const { data, isPlaceholderData, error, refetch } = useQuery({
    ...windowQuery(source, view, Math.floor((row ?? 0) / WINDOW_SIZE)),
    enabled: row !== undefined,
  });
  const isThere = row !== undefined && !isPlaceholderData;
  return { item: isThere ? data?.items[row % WINDOW_SIZE] : undefined, error, refetch };
}
