/** The place of the item that an error, a line of the log or a request is about, by its details. */
export function itemOf(details: unknown): number | undefined {
  if (typeof details !== "object" || details === null) return undefined;
  const { item } = details as { item?: unknown };
  return typeof item === "number" ? item : undefined;
}
