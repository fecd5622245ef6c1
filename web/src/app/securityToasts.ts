import type { Schemas } from "@/api/client";
import { additionsOf, type Delta } from "@/live/frames";
import { countedToast } from "@/ui/toast";

/** What the notices need of a security event that came live. */
export type WeightyEvent = Pick<Schemas["SecurityState"], "type" | "description">;

const SEVERE = new Set<Schemas["SecurityState"]["severity"]>(["high", "critical"]);

/** The events of a frame that people should hear of at once. */
export function weightyOf(frame: Delta): WeightyEvent[] {
  return additionsOf(frame, "security").filter(({ severity }) => SEVERE.has(severity));
}

/** One notice for each kind of event, with how many of it there were. */
export function sayOf(events: readonly WeightyEvent[], onLook: () => void): void {
  for (const type of new Set(events.map((event) => event.type))) {
    const same = events.filter((event) => event.type === type);
    const text = `Security: ${same.at(-1)?.description ?? type}`;
    countedToast(`security:${type}`, text, same.length, { label: "Look", run: onLook });
  }
}
