import { oneOf, textIn } from "@/app/address";
import type { ItemKind } from "./pairs";

const ITEM_KINDS: readonly ItemKind[] = ["changed", "added", "removed"];

/** Which two executions are compared, at which node one looks, and how at its items. */
export interface CompareSearch {
  a?: string;
  b?: string;
  node?: string;
  /** The output whose items are compared; without it the first. */
  output?: string;
  /** The field that says which items belong together; else their place does. */
  key?: string;
  /** Only differences of this kind. */
  kind?: ItemKind;
}

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  return {
    a: textIn(search.a),
    b: textIn(search.b),
    node: textIn(search.node),
    output: textIn(search.output),
    key: textIn(search.key),
    kind: oneOf(ITEM_KINDS, search.kind),
  };
}
