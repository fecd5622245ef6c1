import type { NodeLive } from "@/live/nodes";
import { duration } from "@/ui/time";

const CACHED = { execution: "reused", pinned: "pinned" };

/** What a node does or did, in few words. */
export function stateText(live: NodeLive, otherwise: string): string {
  const done = live.items_done ?? 0;
  const iteration = live.path ? `#${live.path}` : null;
  const joined = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join(" · ");
  const items = (count: number | null | undefined) =>
    count === null || count === undefined ? null : `${count} ${count === 1 ? "item" : "items"}`;
  const tries = (live.attempt ?? 1) > 1 && !live.cached ? `${live.attempt} attempts` : null;
  switch (live.status) {
    case "idle":
      return otherwise;
    case "running":
    case "retrying": {
      const attempt = (live.attempt ?? 1) > 1 ? `attempt ${live.attempt}` : null;
      return joined(live.items_in ? `${done}/${live.items_in}` : live.status, attempt, iteration);
    }
    case "failed":
      return joined(tries, live.error?.message ?? "failed");
    case "succeeded":
      return joined(
        items(live.items_out),
        live.cached ? CACHED[live.cached] : duration(live.ms),
        tries,
        iteration,
      );
    default:
      return live.status;
  }
}
