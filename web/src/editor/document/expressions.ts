import type { Json } from "./types";

/** What refers to a node in an expression: node("fetch"). */
const REFERENCE = /(?<![\w.])node(\s*\(\s*)(["'])([A-Za-z][A-Za-z0-9_-]{0,63})\2/g;

/** The text with every `{{ }}` part changed. Texts in quotes inside of an expression may hold }}. */
function mapExpressions(text: string, change: (expression: string) => string): string {
  let out = "";
  let at = 0;
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open < 0) return out + text.slice(at);
    const close = endOf(text, open + 2);
    if (close < 0) return out + text.slice(at);
    out += text.slice(at, open + 2);
    const inside = text.slice(open + 2, close);
    out += open > 0 && text[open - 1] === "\\" ? inside : change(inside);
    at = close;
  }
}

/** Where the expression ends that starts at `from`: the first }} outside of quotes and braces. */
function endOf(text: string, from: number): number {
  let quote = "";
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    const char = text[index] ?? "";
    if (quote) {
      if (char === "\\") index += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "{") depth += 1;
    else if (char === "}" && depth > 0) depth -= 1;
    else if (char === "}" && text[index + 1] === "}") return index;
  }
  return -1;
}

/** A value with every reference to a node renamed; the same object where there is none. */
export function renameReferences<T extends Json>(value: T, names: ReadonlyMap<string, string>): T {
  return mapTexts(value, (text) =>
    mapExpressions(text, (expression) =>
      expression.replace(REFERENCE, (whole, paren: string, quote: string, id: string) => {
        const name = names.get(id);
        return name === undefined ? whole : `node${paren}${quote}${name}${quote}`;
      }),
    ),
  ) as T;
}

/** The ids of the nodes that a value's expressions refer to. */
export function referencesIn(value: Json): Set<string> {
  const found = new Set<string>();
  mapTexts(value, (text) =>
    mapExpressions(text, (expression) => {
      for (const match of expression.matchAll(REFERENCE)) if (match[3]) found.add(match[3]);
      return expression;
    }),
  );
  return found;
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return value.includes("{{") ? change(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = value.map((entry) => mapTexts(entry, change));
    return list.some((entry, index) => entry !== value[index]) ? list : value;
  }
  let changed = false;
  const out: { [key: string]: Json } = {};
  for (const [key, entry] of Object.entries(value)) {
    out[key] = mapTexts(entry, change);
    changed ||= out[key] !== entry;
  }
  return changed ? out : value;
}
