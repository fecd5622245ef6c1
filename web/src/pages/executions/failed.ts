/** Whether an execution or a node ended badly. */
export function hasFailed(status: string): boolean {
  return status === "failed" || status === "crashed";
}
