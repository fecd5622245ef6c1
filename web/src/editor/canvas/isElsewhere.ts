/** Whether keys belong to what has the focus: a field, a dialog, a menu. */
export function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], [role$=dialog], [role=menu]",
    ) !== null
  );
}
