/** Which two executions are compared, at which node one looks, and by what its items are paired. */
export interface CompareSearch {
  a?: string;
  b?: string;
  node?: string;
  /** The field that says which items belong together; else their place does. */
  key?: string | undefined;
}

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  const read: CompareSearch = {};
  for (const name of ["a", "b", "node", "key"] as const) {
    const value = search[name];
    if (typeof value === "string" && value) read[name] = value;
  }
  return read;
}
