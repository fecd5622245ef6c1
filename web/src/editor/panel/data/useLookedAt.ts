import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSettled } from "@/ui/useSettled";
import {
  type ItemView,
  type OutputPlace,
  type StoredItem,
  WINDOW_SIZE,
  windowQuery,
} from "./items";

const WHOLE: ItemView = { q: "", sort: "" };

interface Chosen {
  item: StoredItem;
  execution: string;
  /** Where it stood among the rows when it was clicked, and what these were. */
  row: number | null;
  among: string;
}

interface Named {
  /** The place of the item that the address names. */
  at: number | undefined;
  /** Told the place of the item that was chosen last. */
  onItem: (index: number) => void;
}

/** The item that is looked at: the one that was clicked last, or the one that the address names. */
export function useLookedAt(place: OutputPlace, view: ItemView, { at, onItem }: Named) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [known, setKnown] = useState<StoredItem | null>(null);
  const { execution } = place;
  const among = JSON.stringify(view);
  const first = useQuery(windowQuery(place, view, 0));
  const shown = first.isPlaceholderData ? [] : (first.data?.items ?? []);
  const named = useNamedItem(place, at);
  const tell = useSettled(onItem);
  if (named && named !== known) {
    setKnown(named);
    if (named.index !== chosen?.item.index || chosen.execution !== execution)
      setChosen({ item: named, execution, row: null, among });
  }
  const current = chosen?.execution === execution ? chosen : null;
  const rowOf = ({ index }: StoredItem) =>
    among === JSON.stringify(WHOLE) ? index : shown.findIndex((each) => each.index === index);
  const row = current && ((current.among === among ? current.row : null) ?? rowOf(current.item));
  return {
    item: current?.item ?? null,
    /** Where it stands among the rows; null also where that is not known. */
    row: row === -1 ? null : row,
    select: (index: number, item: StoredItem) => {
      setChosen({ item, execution, row: index, among });
      tell(item.index);
    },
  };
}

function useNamedItem(place: OutputPlace, at: number | undefined): StoredItem | undefined {
  const window = useQuery({
    ...windowQuery(place, WHOLE, Math.floor((at ?? 0) / WINDOW_SIZE)),
    enabled: at !== undefined,
  });
  if (at === undefined || window.isPlaceholderData) return undefined;
  return window.data?.items[at % WINDOW_SIZE];
}
