/** The two versions that are compared: numbers or hashes, or `draft`. In the address: `3..draft`. */
export interface VersionPair {
  before: string;
  after: string;
}

export interface VersionsSearch {
  diff?: string;
}

const NAME = /^[A-Za-z0-9]{1,64}$/;

export function readVersionsSearch(search: Record<string, unknown>): VersionsSearch {
  return { diff: pairOf(search.diff) ? (search.diff as string) : undefined };
}

/** What `diff` says; null where it says nothing. */
export function pairOf(diff: unknown): VersionPair | null {
  if (typeof diff !== "string") return null;
  const [before = "", after = "", ...more] = diff.split("..");
  return more.length === 0 && NAME.test(before) && NAME.test(after) ? { before, after } : null;
}
