import { useShortcut } from "@/app/shortcuts/useShortcut";
import { workflow } from "@/editor/document";
import { ui, useUi } from "./ui";

/** The keys that move what is seen of a canvas; they change nothing of the workflow. */
export function ViewShortcuts() {
  useShortcut("editor.fit", () => ui().view?.fit());
  useShortcut("editor.zoomFull", () => ui().view?.zoomTo(1));
  useShortcut("editor.fitSelection", () => ui().view?.fit([...workflow().selection]));
  useShortcut("editor.zoomIn", () => ui().view?.zoomBy(1.2));
  useShortcut("editor.zoomOut", () => ui().view?.zoomBy(1 / 1.2));
  useShortcut("editor.map", () => useUi.setState(({ hasMap }) => ({ hasMap: !hasMap })));
  return null;
}
