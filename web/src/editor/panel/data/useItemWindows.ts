import { useQueries } from "@tanstack/react-query";
import { type ItemSource, type ItemView, type StoredItem, WINDOW_SIZE, windowQuery } from "./items";

/** Reads the windows in which these places lie; gives the item of a place as soon as it is there. */
export function useItemWindows(
  source: ItemSource,
  view: ItemView,
  seen: readonly number[],
): (index: number) => StoredItem | undefined {
  const numbers = [...new Set(seen.map((index) => Math.floor(index / WINDOW_SIZE)))];
  const windows = useQueries({
    queries: numbers.map((number) => windowQuery(source, view, number)),
  });
  return (index) => {
    const window = windows[numbers.indexOf(Math.floor(index / WINDOW_SIZE))];
    return window?.isPlaceholderData ? undefined : window?.data?.items[index % WINDOW_SIZE];
  };
}
