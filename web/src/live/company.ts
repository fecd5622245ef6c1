import type { Schemas } from "@/api/client";
import type { Data } from "./frames";
import { stream } from "./stream";

/** Who has a workflow open, and what is published of it meanwhile (the topic `presence:…`). */

export type PublishedNow = Schemas["PublishedState"];

interface Watcher {
  /** Everybody who has it open, whoever watches too; each once. */
  people: (emails: readonly string[]) => void;
  published: (now: PublishedNow) => void;
  /** The connection came back: something may have been missed. */
  returned: () => void;
}

const PUBLISHED = "published";

/** Watch until the returned function is called; the others see that, too. */
export function watchCompany(workflowId: string, watcher: Watcher): () => void {
  let seen: Record<string, Data> | null = null;
  const tell = () => {
    const emails = Object.values(seen ?? {}).map(({ user }) => String(user));
    watcher.people([...new Set(emails)].sort());
  };
  return stream.follow(`presence:${workflowId}`, {
    snapshot: (state) => {
      if (seen !== null) watcher.returned();
      seen = { ...state };
      tell();
    },
    delta: ({ st, sg }) => {
      const known = { ...seen };
      for (const [key, data] of Object.entries(st ?? {})) known[key] = { ...known[key], ...data };
      for (const [, key, data] of sg ?? [])
        if (key === PUBLISHED) watcher.published(data as unknown as PublishedNow);
        else if (data.left) delete known[key];
      seen = known;
      tell();
    },
  });
}
