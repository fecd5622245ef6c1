/** Paths of values in data, as expressions write them. */

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** A root and the keys below it: `json`, `address`, 0 is `json.address[0]`. */
export function pathText(root: string, keys: readonly (string | number)[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    return IDENTIFIER.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
  }, root);
}

/** The kind of data that a dragged field carries: the text of its expression, without braces. */
export const DRAGGED = "application/x-tidegate-expression";
