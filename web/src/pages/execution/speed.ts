import type { Speed } from "./search";

/** Where no speed is chosen, the whole is played in so many milliseconds, however long it took. */
export const PLAYED_IN = 5_000;

/** How much of an execution's time passes in the time of whoever looks. */
export function paceOf(speed: Speed | undefined, end: number): number {
  return speed ?? end / PLAYED_IN;
}
