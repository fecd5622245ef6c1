import { useEffect } from "react";
import { create } from "zustand";
import type { Schemas } from "@/api/client";
import type { Data } from "./frames";
import { stream } from "./stream";

/** What the server uses and has to do, once a second (the topic `system`). */

export type SystemSample = Schemas["SystemState"] & {
  /** When it came: seconds since 1970. */
  at: number;
};

interface SystemState {
  /** The samples of the last minutes, the newest last. */
  samples: readonly SystemSample[];
  /** Why they can't be followed; null: they can. */
  refused: string | null;
}

const RECENT_SECONDS = 300;
const KEPT_SECONDS = 3_600;
const STEP_SECONDS = 10;

/** The samples with a new one: each second of the last minutes, and some of the hour before. */
export function withSample(
  samples: readonly SystemSample[],
  sample: SystemSample,
): readonly SystemSample[] {
  const part = ({ at }: SystemSample) => Math.floor(at / STEP_SECONDS);
  let last = Number.NaN;
  const kept = samples.filter((each) => {
    if (each.at <= sample.at - KEPT_SECONDS) return false;
    if (each.at > sample.at - RECENT_SECONDS) return true;
    const isFirst = part(each) !== last;
    last = part(each);
    return isFirst;
  });
  return [...kept, sample];
}

export const useSystem = create<SystemState>(() => ({ samples: [], refused: null }));

function take(data: Data | undefined): void {
  if (!data) return;
  const sample = { ...data, at: Date.now() / 1_000 } as unknown as SystemSample;
  useSystem.setState(({ samples }) => ({
    samples: withSample(samples, sample),
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
