/** What was typed into the search of executions, as filters of the server. */
export interface TypedFilter {
  /** Stands in the error or the workflow's name, or is the number. */
  q: string | null;
  /** Stands in the error. */
  error: string | null;
  /** The id of the node at which it failed; `*` at its end: how that begins. */
  failed_node: string | null;
}

const WORD = /(error|node):(?:"([^"]*)"?|(\S*))/gi;
const NODE = /^[A-Za-z][A-Za-z0-9_-]{0,63}\*?$/;

/** Takes `error:429`, `error:"no order"` and `node:HTTP*` out of what was typed. */
export function readQuery(text: string): TypedFilter {
  const found: TypedFilter = { q: null, error: null, failed_node: null };
  const rest = text.replace(WORD, (whole, name: string, quoted?: string, word?: string) => {
    const value = (quoted ?? word ?? "").trim();
    if (name.toLowerCase() === "error") {
      if (value) found.error = value;
    } else if (NODE.test(value)) found.failed_node = value;
    // Nothing is called so: then nothing is found, instead of everything.
    else if (value) return whole;
    return " ";
  });
  found.q = rest.replace(/\s+/g, " ").trim() || null;
  return found;
}
