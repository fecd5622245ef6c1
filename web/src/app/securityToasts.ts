import type { Delta } from "@/live/frames";
import { countedToast } from "@/ui/toast";

/** What the notices need of a security event that came live. */
export interface WeightyEvent {
  readonly type: string;
  readonly description: string;
}

const SEVERE = new Set(["high", "critical"]);

/** The events of a frame that people should hear of at once. */
export function weightyOf(frame: Delta): WeightyEvent[] {
  return (frame.ap ?? [])
    .filter(([, key, data]) => key === "security" && SEVERE.has(String(data.severity)))
    .map(([, , data]) => ({ type: String(data.type), description: String(data.description) }));
}

/** One notice for each kind of event, with how many of it there were. */
export function sayOf(events: readonly WeightyEvent[], onLook: () => void): void {
  for (const type of new Set(events.map((event) => event.type))) {
    const same = events.filter((event) => event.type === type);
    const text = `Security: ${same.at(-1)?.description ?? type}`;
    countedToast(`security:${type}`, text, same.length, { label: "Look", run: onLook });
  }
}
