import { create } from "zustand";
import type { Details, DraftServer } from "./draftServer";
import type { DraftKeeper } from "./kept";
import type { Saver } from "./save";
import { workflow } from "./store";

export interface SaverOptions {
  keeper?: DraftKeeper;
  server?: DraftServer;
  /** Whether whoever opened it may change it; else nothing is ever sent. */
  mayWrite?: boolean;
  /** Called with what the server answered to a save. */
  onSaved?: (details: Details) => void;
}

/** The saver of the workflow that is open. */
export const useSaver = create<{ saver: Saver | null }>(() => ({ saver: null }));

export const saver = (): Saver | null => useSaver.getState().saver;

/**
 * Bring what is here to the server before it is run or published; throws an error that says that
 * it could not be done.
 */
export async function saved(): Promise<void> {
  await saver()?.flush();
  if (workflow().save.status !== "saved")
    throw new Error("the draft could not be saved; the line beside its name says why");
}
