import type { WorkflowDocument } from "./types";

/** Copies of what the server has not acknowledged yet, so that a closed browser loses nothing. */

export interface KeptDraft {
  readonly key: string;
  readonly workflowId: string;
  readonly etag: string;
  readonly base: WorkflowDocument;
  readonly document: WorkflowDocument;
  readonly at: number;
}

export interface DraftKeeper {
  keep(draft: KeptDraft): Promise<void>;
  forget(keys: readonly string[]): Promise<void>;
  /** The drafts of one workflow, the newest first. */
  find(workflowId: string): Promise<KeptDraft[]>;
}

const STORE = "drafts";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("tidegate", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T> | null,
): Promise<T | null> {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request ? request.result : null);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Drafts in the browser's IndexedDB. Without it (private windows of some browsers) none are kept. */
export const browserKeeper: DraftKeeper = {
  keep: async (draft) => {
    await inStore("readwrite", (store) => store.put(draft)).catch(() => null);
  },
  forget: async (keys) => {
    await inStore("readwrite", (store) => {
      for (const key of keys) store.delete(key);
      return null;
    }).catch(() => null);
  },
  find: async (workflowId) => {
    const all = await inStore<KeptDraft[]>("readonly", (store) => store.getAll()).catch(() => null);
    return (all ?? [])
      .filter((draft) => draft.workflowId === workflowId)
      .sort((a, b) => b.at - a.at);
  },
};
