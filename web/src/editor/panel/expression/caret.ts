/** The line of an expression that is wrong, with carets below the place. */
export function caretOf(error: Record<string, unknown>): string {
  const { source, line, column, end_column } = error;
  if (typeof source !== "string" || typeof line !== "number" || typeof column !== "number")
    return "";
  const text = source.split("\n")[line - 1];
  if (text === undefined) return "";
  const width = typeof end_column === "number" ? Math.max(1, end_column - column) : 1;
  return `${text}\n${" ".repeat(column - 1)}${"^".repeat(width)}`;
}
