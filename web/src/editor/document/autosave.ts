const KEY = "tidegate.autosave";

/** Whether drafts are saved by themselves; somebody may prefer to press Ctrl S. */
export function autosaves(): boolean {
  return localStorage.getItem(KEY) !== "off";
}

/** Choose it, in this browser. */
export function setAutosaves(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? "on" : "off");
}
