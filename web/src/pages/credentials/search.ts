/** What the address of the page says: whose values are changed, or whose history is read. */
export interface CredentialsSearch {
  edit?: string;
  history?: string;
}

export function readCredentialsSearch(search: Record<string, unknown>): CredentialsSearch {
  for (const key of ["edit", "history"] as const) {
    const name = search[key];
    if (typeof name === "string" && name) return { [key]: name };
  }
  return {};
}
