/** Whether an execution or a node ended badly. */
export function hasFailed(status: string): boolean {
  return status === "failed" || status === "crashed";
}

/** Whether an execution ended before everything was done, so that it can go on from there. */
export function canGoOn(status: string): boolean {
  return hasFailed(status) || status === "cancelled";
}
