/** Which two executions are compared, and at which node one looks: they stand in the address. */
export interface CompareSearch {
  a?: string;
  b?: string;
  node?: string;
}

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  const read: CompareSearch = {};
  for (const name of ["a", "b", "node"] as const) {
    const value = search[name];
    if (typeof value === "string" && value) read[name] = value;
  }
  return read;
}
