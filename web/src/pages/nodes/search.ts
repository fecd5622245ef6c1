/** What of the catalogue stands in the address. */
export interface CatalogueSearch {
  q?: string;
  type?: string;
}

export function readCatalogueSearch(search: Record<string, unknown>): CatalogueSearch {
  const read: CatalogueSearch = {};
  for (const name of ["q", "type"] as const) {
    const value = search[name];
    if (typeof value === "string" && value) read[name] = value;
    if (typeof value === "number") read[name] = String(value);
  }
  return read;
}
