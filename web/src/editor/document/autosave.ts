/** Whether drafts are saved by themselves; somebody may prefer to press Ctrl S. */
export function autosaves(): boolean {
  return localStorage.getItem("tidegate.autosave") !== "off";
}
