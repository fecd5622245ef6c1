import { useSyncExternalStore } from "react";
import { type Connection, stream } from "./stream";

/** Whether live events come, and how. */
export function useConnection(): Connection {
  return useSyncExternalStore(stream.watch, () => stream.connection);
}
