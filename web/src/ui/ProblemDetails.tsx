import type { ApiProblem, ProblemPlace } from "@/api/problem";
import { CodeMeaning, CopyDetails, Hint } from "./CopyDetails";

const MOST = 10;

/** Every place that a problem of the server names, and what to try there. */
export function ProblemDetails({ problem }: { problem: ApiProblem }) {
  return (
    <>
      {problem.problems.length > 0 ? (
        <ul className="mt-1 list-disc pl-4 text-xs">
          {problem.problems.slice(0, MOST).map((place) => (
            <li key={JSON.stringify(place)}>
              {placeText(place)}
              {place.message}
              <Hint text={place.hint} />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="mt-1 flex flex-wrap items-center gap-2">
        {problem.isExplained ? <CodeMeaning code={problem.code} /> : null}
        <CopyDetails details={problem.asJson()} />
      </div>
    </>
  );
}

/** Where a problem is: `node fetch, url: `. */
function placeText({ node, parameter, line }: ProblemPlace): string {
  const parts = [node && `node ${node}`, parameter, line && `line ${line}`].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}: ` : "";
}
