/** Which error the address asks about. */
export interface ErrorsSearch {
  code?: string;
  type?: string;
}

export function readErrorsSearch(search: Record<string, unknown>): ErrorsSearch {
  const read: ErrorsSearch = {};
  for (const name of ["code", "type"] as const) {
    const value = search[name];
    if (typeof value === "string" && value) read[name] = value;
  }
  return read;
}
