import { CircleCheck } from "lucide-react";
import { useWorkflow } from "@/editor/document";
import { EmptyState } from "@/ui/EmptyState";
import { StatusIcon } from "@/ui/StatusIcon";
import { solvedAt } from "./problemPlace";
import { type Opens, showProblem } from "./showProblem";

const ELSEWHERE = { trigger: "Add a trigger", workflow: "Settings of the workflow" };

/** What keeps the draft from running; each leads to where it is solved. */
export function Problems({ opens }: { opens: Opens }) {
  const problems = useWorkflow((state) => state.problems);
  const document = useWorkflow((state) => state.document);
  if (problems.length === 0)
    return (
      <EmptyState icon={<CircleCheck size={24} aria-hidden />} title="No problems">
        The saved draft can run.
      </EmptyState>
    );
  return (
    <ul aria-label="Problems" className="min-h-0 flex-1 overflow-auto text-sm">
      {problems
        .map((problem) => ({ problem, at: solvedAt(problem, document).at }))
        .map(({ problem, at }) => (
          <li key={JSON.stringify(problem)} className="border-b border-line">
            <button
              type="button"
              className="flex w-full items-start gap-2 px-3 py-1.5 text-left hover:bg-hover"
              onClick={() => showProblem(problem, opens)}
            >
              <StatusIcon status="failed" className="mt-0.5" />
              <span className="min-w-0 flex-1">
                {problem.node ? (
                  <span className="font-mono text-xs text-accent">
                    {problem.node}
                    {problem.parameter ? `.${problem.parameter}` : ""}:{" "}
                  </span>
                ) : null}
                {problem.message}
                {problem.hint ? (
                  <span className="block font-mono text-xs whitespace-pre-wrap text-muted">
                    {problem.hint}
                  </span>
                ) : null}
              </span>
              {at === "node" ? null : (
                <span className="shrink-0 text-xs text-accent">{ELSEWHERE[at]} →</span>
              )}
            </button>
          </li>
        ))}
    </ul>
  );
}
