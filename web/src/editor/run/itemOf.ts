/** The place of the item that an error, or what was written with a line of the log, is about. */
export function itemOf(details: unknown): number | undefined {
  if (typeof details !== "object" || details === null) return undefined;
  const { item } = details as { item?: unknown };
  return typeof item === "number" ? item : undefined;
}
