import type { Credential } from "./queries";

const DAY_MS = 86_400_000;
/** So many days before it ends, it is time to renew it. */
export const SOON_DAYS = 14;

export type End = "over" | "soon" | "later";

/** How near the end of a credential is; null: none is known. */
export function endOf(
  { expires_at }: Pick<Credential, "expires_at">,
  now = Date.now(),
): End | null {
  if (!expires_at) return null;
  const left = Date.parse(expires_at) - now;
  return left <= 0 ? "over" : left < SOON_DAYS * DAY_MS ? "soon" : "later";
}

/** A time of the server as a date field has it; empty where there is none. */
export function dateOf(iso: string | null): string {
  return iso ? iso.slice(0, 10) : "";
}

/** The end of a day in UTC, in microseconds; null where no day is given. */
export function endOfDay(date: string): number | null {
  const at = Date.parse(`${date}T23:59:59Z`);
  return Number.isNaN(at) ? null : at * 1_000;
}
