import { create } from "zustand";

interface Company {
  /** Other people who have the workflow open, by their addresses. */
  others: readonly string[];
  /** Who published versions while it was open, by their hashes. */
  publishers: Readonly<Record<string, string>>;
}

/** Whoever else works on the workflow that is open. */
export const useCompany = create<Company>(() => ({ others: [], publishers: {} }));
