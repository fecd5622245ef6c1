import { textIn } from "@/app/address";

/** What the address of the page says: what is searched for, whose values are changed or read about. */
export interface CredentialsSearch {
  q?: string;
  edit?: string;
  history?: string;
}

export function readCredentialsSearch(search: Record<string, unknown>): CredentialsSearch {
  const edit = textIn(search.edit);
  return {
    q: textIn(search.q),
    edit,
    history: edit === undefined ? textIn(search.history) : undefined,
  };
}
