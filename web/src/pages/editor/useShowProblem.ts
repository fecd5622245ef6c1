import { useCallback } from "react";
import type { ProblemPlace } from "@/api/problem";
import { say } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { solvedAt } from "@/editor/dock/problemPlace";
import { workflow } from "@/editor/document";
import { focusField } from "@/editor/panel/focusField";

/** Goes to where a problem is solved: a field of a node, the settings of the workflow, a new trigger. */
export function useShowProblem(
  setTab: (tab: string) => void,
  showSettings: (isShown: boolean) => void,
  leaveFocus: () => void,
) {
  return useCallback(
    (problem: ProblemPlace) => {
      const place = solvedAt(problem, workflow().document);
      leaveFocus();
      if (place.at === "trigger") {
        if (workflow().readOnly) return say(problem.hint ?? problem.message);
        return ui().open({ kind: "palette", at: null, origin: null, text: "trigger" });
      }
      if (place.at === "workflow") {
        showSettings(true);
        return focusField("workflow:", place.field);
      }
      const { node, tab, field } = place;
      workflow().select([node]);
      setTab(tab);
      if (field === "") return ui().view?.reveal(node);
      ui().view?.show(node);
      ui().view?.flash(node);
      focusField(node, field);
    },
    [setTab, showSettings, leaveFocus],
  );
}
