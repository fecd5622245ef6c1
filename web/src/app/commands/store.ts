import type { ReactNode } from "react";
import { useEffect } from "react";
import { create } from "zustand";

/** Something that the palette finds and does. */
export interface Command {
  id: string;
  label: string;
  /** What it belongs to, such as "Workflows". */
  group: string;
  /** Other words to find it by, and a line about it. */
  detail?: string;
  /** Words to find it by that are not shown. */
  words?: string;
  icon?: ReactNode;
  keys?: string;
  run: () => void;
}

interface CommandState {
  /** By the part of the page that offers them. */
  offered: Record<string, readonly Command[]>;
}

export const useCommandStore = create<CommandState>(() => ({ offered: {} }));

/** Offer commands in the palette as long as this component is shown. Keep the array stable. */
export function useCommands(owner: string, commands: readonly Command[]): void {
  useEffect(() => {
    useCommandStore.setState(({ offered }) => ({ offered: { ...offered, [owner]: commands } }));
    return () =>
      useCommandStore.setState(({ offered }) => {
        const { [owner]: _, ...others } = offered;
        return { offered: others };
      });
  }, [owner, commands]);
}
