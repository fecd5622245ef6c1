import type { WorkflowDocument } from "./types";

const NODE_ID = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Why a text can't be the id of a node, or null where it can. */
export function idProblem(
  document: WorkflowDocument,
  id: string,
  own: string | null = null,
): string | null {
  if (!id) return "An id is needed: expressions and edges refer to it.";
  if (!NODE_ID.test(id))
    return "An id starts with a letter and has at most 64 letters, digits, _ and -.";
  if (id !== own && Object.hasOwn(document.nodes, id)) return `There is a node '${id}' already.`;
  return null;
}

/** A text as an id: "Fetch orders (EU)" becomes fetch_orders_eu. */
export function idOf(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "");
  const id = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 56)
    .replace(/_+$/, "");
  return id || "node";
}

/** `wanted`, or with the first number behind it that is free. */
export function freeId(wanted: string, taken: (id: string) => boolean): string {
  if (!taken(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  for (let number = 2; ; number += 1) {
    const id = `${stem}_${number}`;
    if (!taken(id)) return id;
  }
}

/** The id that a new node of a type gets: `request` for http.request, then request_2. */
export function newNodeId(document: WorkflowDocument, type: string): string {
  const name = type.slice(type.lastIndexOf(".") + 1);
  return freeId(idOf(name), (id) => Object.hasOwn(document.nodes, id));
}
