import { useEffect } from "react";
import { create } from "zustand";
import type { Data } from "./frames";
import { stream } from "./stream";

/** What the server uses and has to do, once a second (the topic `system`). */

export interface SystemSample {
  /** When it came: seconds since 1970. */
  at: number;
  running: number;
  queued: number;
  requests_per_second: number;
  cpu_percent: number;
  memory_bytes: number;
  loop_lag_ms: number;
  database_bytes?: number;
  disk_free_bytes?: number;
  disk_bytes?: number;
}

interface SystemState {
  /** The samples of the last minutes, the newest last. */
  samples: readonly SystemSample[];
  /** Why they can't be followed; null: they can. */
  refused: string | null;
}

/** Five minutes of them. */
const MOST = 300;

export const useSystem = create<SystemState>(() => ({ samples: [], refused: null }));

function take(data: Data | undefined): void {
  if (!data) return;
  const sample = { ...data, at: Date.now() / 1_000 } as unknown as SystemSample;
  useSystem.setState(({ samples }) => ({
    samples: [...samples, sample].slice(-MOST),
    refused: null,
  }));
}

/** Follow the server while the component is there. The samples stay for who comes later. */
export function useFollowedSystem(): void {
  useEffect(
    () =>
      stream.follow("system", {
        snapshot: (state) => take(state.now),
        delta: (frame) => take(frame.st?.now),
        refused: ({ message }) => useSystem.setState({ refused: message }),
      }),
    [],
  );
}
