import { useState } from "react";
import { useWorkflow } from "@/editor/document";
import type { Choice, Conflict } from "@/editor/document/merge";
import { saver } from "@/editor/document/saver";
import { Button } from "@/ui/Button";

/** What somebody else and you changed in different ways; nothing is written over unasked. */
export function ConflictBanner() {
  const save = useWorkflow((state) => state.save);
  if (save.status !== "conflict") return null;
  return <Choices key={save.conflicts.length} conflicts={save.conflicts} />;
}

function Choices({ conflicts }: { conflicts: readonly Conflict[] }) {
  const [chosen, setChosen] = useState<Record<string, Choice>>({});
  const choice = ({ unit, both }: Conflict) =>
    chosen[unit] ?? (both === undefined ? "mine" : "both");
  return (
    <section
      role="alert"
      aria-label="Somebody else changed this workflow"
      className="max-h-72 shrink-0 overflow-auto border-b border-warning bg-warning-soft px-4 py-3 text-sm"
    >
      <h2 className="text-sm">Somebody else changed the same while you were editing</h2>
      <p className="text-xs text-muted">
        Other changes were put together. For these, choose what shall stand; you can go on editing.
      </p>
      <ul className="mt-2 flex flex-col gap-2">
        {conflicts.map((conflict) => (
          <li key={conflict.unit}>
            <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <legend className="float-left mr-2 font-semibold">{unitName(conflict.unit)}</legend>
              {(["mine", "theirs", "both"] as const)
                .filter((each) => each !== "both" || conflict.both !== undefined)
                .map((each) => (
                  <label
                    key={each}
                    className="flex items-center gap-1.5"
                    title={shown(conflict, each)}
                  >
                    <input
                      type="radio"
                      name={conflict.unit}
                      checked={choice(conflict) === each}
                      onChange={() => setChosen({ ...chosen, [conflict.unit]: each })}
                    />
                    {LABELS[each]}
                    {conflict[each] === undefined ? " (removed)" : ""}
                  </label>
                ))}
              <details className="basis-full text-xs">
                <summary className="cursor-pointer text-muted">Compare</summary>
                <div className="mt-1 grid grid-cols-2 gap-2">
                  {(["mine", "theirs"] as const).map((each) => (
                    <pre
                      key={each}
                      className="max-h-40 overflow-auto rounded-control border border-line bg-surface p-2 whitespace-pre-wrap"
                    >
                      {`${LABELS[each]}\n${shown(conflict, each)}`}
                    </pre>
                  ))}
                </div>
              </details>
            </fieldset>
          </li>
        ))}
      </ul>
      <Button
        look="solid"
        className="mt-3"
        onPress={() =>
          saver()?.settle((unit) => {
            const conflict = conflicts.find((each) => each.unit === unit);
            return conflict && choice(conflict);
          })
        }
      >
        Keep these
      </Button>
    </section>
  );
}

const LABELS: Record<Choice, string> = { mine: "Mine", theirs: "Theirs", both: "Both together" };

function unitName(unit: string): string {
  const [kind, ...rest] = unit.split(".");
  const name = rest.join(".");
  const words: Record<string, string> = {
    nodes: "Node",
    notes: "Note",
    groups: "Group",
    pinned: "Pinned data of",
    variables: "Variable",
    settings: "The workflow's setting",
  };
  return name ? `${words[kind ?? ""] ?? kind} ${name}` : `The workflow's ${unit}`;
}

function shown(conflict: Conflict, choice: Choice): string {
  const value = conflict[choice];
  return value === undefined ? "removed" : JSON.stringify(value, null, 2);
}
