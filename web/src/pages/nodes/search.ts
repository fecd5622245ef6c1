import { textIn } from "@/app/address";

/** What of the catalogue stands in the address. */
export interface CatalogueSearch {
  q?: string;
  type?: string;
}

export function readCatalogueSearch(search: Record<string, unknown>): CatalogueSearch {
  return { q: textIn(search.q), type: textIn(search.type) };
}
