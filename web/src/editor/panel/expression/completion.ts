import type { JsonObject, JsonValue } from "../form/schema";

/** What can stand at the cursor of an expression, from the data that a node was really given. */

/** A function or method of expressions, as the server describes it. */
export interface ExpressionFunction {
  name: string;
  signature: string;
  summary: string;
  /** The kind of value that it is a method of; null for a function. */
  receiver: string | null;
}

export interface Option {
  label: string;
  /** What is written; without it the label. */
  insert?: string;
  detail: string;
  info?: string;
  kind: "root" | "field" | "function" | "node";
}

export interface Completion {
  /** Where the word that is replaced begins. */
  from: number;
  options: Option[];
}

export interface Known {
  roots: JsonObject;
  nodes: Record<string, JsonObject[]>;
  functions: readonly ExpressionFunction[];
  extraRoots: readonly string[];
}

const ROOTS: Record<string, string> = {
  json: "the object of this item",
  item: "this item with its files and index",
  items: "the objects of all items",
  node: "the results of another node",
  trigger: "what started the execution",
  execution: "id, source and user of the execution",
  workflow: "id and name of the workflow",
  vars: "variables of the workflow",
};

const NODE_FIELDS: Record<string, string> = {
  item: "the item that this item was made from",
  json: "short for item.json",
  items: "all objects of its main output",
  first: "the first of them",
  last: "the last of them",
};

/** A path before the cursor: `json.address`, `node("fetch").first.items[0]`. */
const PATH =
  /((?:node\(\s*["'][\w-]*["']\s*\)|[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*|\[\d+\]|\["[^"\]]*"\])*)\.(\w*)$/;
const NODE_NAME = /node\(\s*["']([\w-]*)$/;
const WORD = /(?:^|[^\w."'])([A-Za-z_]\w*)?$/;
const PART = /\.([A-Za-z_]\w*)|\[(\d+)\]|\["([^"\]]*)"\]/g;

/** The part of the expression around `position` before it, or null outside of `{{ }}`. */
export function expressionBefore(text: string, position: number): string | null {
  const open = text.lastIndexOf("{{", position - 1);
  if (open < 0 || (open > 0 && text[open - 1] === "\\")) return null;
  const before = text.slice(open + 2, position);
  return before.includes("}}") ? null : before;
}

export function complete(text: string, position: number, known: Known): Completion | null {
  const before = expressionBefore(text, position);
  if (before === null) return null;
  const node = NODE_NAME.exec(before);
  if (node) return { from: position - (node[1] ?? "").length, options: nodeOptions(known) };
  const path = PATH.exec(before);
  if (path) {
    const typed = path[2] ?? "";
    return { from: position - typed.length, options: memberOptions(path[1] ?? "", known) };
  }
  const word = WORD.exec(before);
  if (!word) return null;
  return { from: position - (word[1] ?? "").length, options: rootOptions(known) };
}

function nodeOptions(known: Known): Option[] {
  return Object.entries(known.nodes).map(([id, items]) => ({
    label: id,
    detail: items.length === 1 ? "1 item" : `${items.length} items`,
    kind: "node",
  }));
}

function rootOptions(known: Known): Option[] {
  const roots = [...Object.keys(ROOTS), ...known.extraRoots].map(
    (name): Option => ({
      label: name,
      insert: name === "node" ? 'node("' : name,
      detail: ROOTS[name] ?? "given by this node",
      kind: "root",
    }),
  );
  const functions = known.functions.filter((one) => one.receiver === null);
  return [...roots, ...functions.map(functionOption)];
}

function functionOption(one: ExpressionFunction): Option {
  return {
    label: one.name,
    insert: `${one.name}(`,
    detail: one.signature.slice(one.name.length),
    info: one.summary,
    kind: "function",
  };
}

function memberOptions(path: string, known: Known): Option[] {
  if (/^node\([^)]*\)$/.test(path))
    return Object.entries(NODE_FIELDS).map(([label, detail]) => ({ label, detail, kind: "field" }));
  const value = valueAt(path, known);
  const fields = isObject(value)
    ? Object.entries(value).map(([name, part]) => fieldOption(name, part))
    : [];
  const kind = kindName(value);
  const methods = known.functions.filter((one) => one.receiver !== null && one.receiver === kind);
  return [...fields, ...methods.map(functionOption)];
}

function fieldOption(name: string, value: JsonValue): Option {
  return {
    label: name,
    // A name that is no identifier is read with brackets; the dot before it goes.
    ...(/^[A-Za-z_]\w*$/.test(name) ? {} : { insert: `["${name.replaceAll('"', '\\"')}"]` }),
    detail: shortened(value),
    kind: "field",
  };
}

/** The value of a path in the data at hand, or undefined where it leads nowhere. */
export function valueAt(path: string, known: Known): JsonValue | undefined {
  const node = /^node\(\s*["']([\w-]+)["']\s*\)/.exec(path);
  const root = node ? node[0] : (/^[A-Za-z_]\w*/.exec(path)?.[0] ?? "");
  let value: JsonValue | undefined = node
    ? nodeValue(known.nodes[node[1] ?? ""])
    : known.roots[root];
  for (const [, name, index, key] of path.slice(root.length).matchAll(PART)) {
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
    else value = isObject(value) ? value[name ?? key ?? ""] : undefined;
  }
  return value;
}

function nodeValue(items: JsonObject[] | undefined): JsonValue | undefined {
  const first = items?.[0];
  if (!items || !first) return undefined;
  return {
    items,
    first,
    last: items.at(-1) ?? first,
    json: first,
    item: { json: first, files: {}, index: 0 },
  };
}

function kindName(value: JsonValue | undefined): string {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  if (Array.isArray(value)) return "list";
  return isObject(value) ? "object" : "";
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shortened(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
