import { useQuery } from "@tanstack/react-query";
import {
  columnsOf,
  type ItemSource,
  type ItemWindow,
  type KnownFields,
  WINDOW_SIZE,
} from "./items";

/** The fields of an output, where its first window does not hold all of it. */
export function useFields(
  source: ItemSource,
  first: ItemWindow | undefined,
): KnownFields | undefined {
  const isLong = first !== undefined && first.total > WINDOW_SIZE;
  return useQuery({
    queryKey: ["fields", source.key],
    queryFn: ({ signal }) => source.fields(signal),
    enabled: isLong,
    gcTime: 30_000,
    staleTime: 60_000,
    retry: false,
  }).data;
}

/** The columns of an output: the fields that are known of it, and those of the first window. */
export function columnsIn(
  fields: KnownFields | undefined,
  first: ItemWindow | undefined,
): string[] {
  const known = (fields?.shape ?? []).map(({ keys }) => ({ json: { [String(keys[0])]: null } }));
  return columnsOf([...known, ...(first?.items ?? [])]);
}
