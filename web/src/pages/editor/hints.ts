/** Which hint of the first start is next, for the workflow that came with it; in this browser. */

const KEY = "tidegate.hints";

/** The first start ended at this workflow: it opens with the first hint. */
export function beginHints(workflowId: string): void {
  keepHint(workflowId, 0);
}

/** The hint that is next at a workflow; null: none, as almost always. */
export function hintAt(workflowId: string): number | null {
  try {
    const [of, step] = localStorage.getItem(KEY)?.split(" ") ?? [];
    return of === workflowId ? Number(step) || 0 : null;
  } catch {
    return null;
  }
}

export function keepHint(workflowId: string, step: number | null): void {
  try {
    if (step === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, `${workflowId} ${step}`);
  } catch {
    // Without storage the hints are as long as the page.
  }
}
