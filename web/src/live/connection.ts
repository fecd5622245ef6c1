import { useSyncExternalStore } from "react";
import { type Connection, stream } from "./stream";

/** Whether live events come, and how. */
export function useConnection(): Connection {
  return useSyncExternalStore(stream.watch, () => stream.connection);
}

/** Why the server lets no WebSocket of this page in, where it says so. */
export function useRefusal(): string | null {
  return useSyncExternalStore(stream.watch, () => stream.refusal);
}
