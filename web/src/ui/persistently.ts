import { BASE } from "@/api/base";

const LONGEST_MS = 10_000;

/**
 * Loads code of the editor. Where the server is away it waits until it is back: a part that can't
 * be loaded yet is missing for a while, and nothing else of the page falls over.
 *
 * Rejects with what went wrong where the server answers: it may be a newer one without this code.
 */
export function persistently<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let wait = 250; ; wait = Math.min(2 * wait, LONGEST_MS)) {
      try {
        return await load();
      } catch (error) {
        if (await answers()) {
          throw error;
        }
      }
      await new Promise((done) => setTimeout(done, wait));
    }
  };
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch(`${BASE}/healthz`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
