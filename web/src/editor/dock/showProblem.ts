import type { ProblemPlace } from "@/api/problem";
import { say } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { workflow } from "@/editor/document";
import { focusField } from "@/editor/panel/focusField";
import { solvedAt } from "./problemPlace";

/** What the editor opens for somebody who solves a problem. */
export interface Opens {
  tab: (tab: string) => void;
  settings: (isShown: boolean) => void;
  /** Leaves the view of one node, where it is shown. */
  canvas: () => void;
}

/** Goes to where a problem is solved: a field of a node, the settings of the workflow, a new trigger. */
export function showProblem(problem: ProblemPlace, opens: Opens): void {
  const place = solvedAt(problem, workflow().document);
  opens.canvas();
  if (place.at === "trigger") {
    if (workflow().readOnly) say(problem.hint ?? problem.message);
    else ui().open({ kind: "palette", at: null, origin: null, text: "trigger" });
  } else if (place.at === "workflow") {
    opens.settings(true);
    focusField("workflow:", place.field);
  } else {
    const { node, tab, field } = place;
    workflow().select([node]);
    opens.tab(tab);
    if (field === "") ui().view?.reveal(node);
    else {
      ui().view?.show(node);
      ui().view?.flash(node);
      focusField(node, field);
    }
  }
}
