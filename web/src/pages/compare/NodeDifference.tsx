import type { ExecutionDetails } from "@/editor/run/queries";
import { ItemDifference } from "./ItemDifference";
import type { Comparison, Ordered, Side } from "./order";
import { PlaceTable } from "./PlaceTable";
import type { Place } from "./structure";

interface NodeDifferenceProps {
  node: Ordered;
  executions: readonly [ExecutionDetails, ExecutionDetails];
  /** Where the versions of the two differ. */
  documents: Comparison["documents"];
}

/** One node of two executions: its numbers, its parameters where they differ, its items. */
export function NodeDifference({ node, executions, documents }: NodeDifferenceProps) {
  const parameters = documents.filter(({ path }) =>
    String(path).startsWith(`nodes.${node.node}.`),
  ) as unknown as Place[];
  return (
    <section
      aria-label={`Node ${node.node}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="flex min-w-0 flex-1 flex-col gap-4 overflow-auto p-4"
    >
      <Numbers first={node.first} second={node.second} />
      {parameters.length > 0 ? (
        <div>
          <h2 className="pb-1 text-sm">What changed in the node itself</h2>
          <PlaceTable label="Changes of the node" places={parameters} />
        </div>
      ) : null}
      {node.first && node.second ? <ItemDifference node={node} executions={executions} /> : null}
    </section>
  );
}

const NUMBERS: [string, (side: Side) => unknown][] = [
  ["Attempts", (side) => side.attempts],
  ["Items in", (side) => side.items_in],
  ["Items out", (side) => side.items_out],
  ["Error", (side) => side.error?.code],
];

function Numbers({ first, second }: { first: Side | null; second: Side | null }) {
  return (
    <table aria-label="Numbers" className="w-fit text-sm">
      <thead className="text-left text-xs text-muted">
        <tr>
          <td />
          {["A", "B"].map((letter) => (
            <th key={letter} scope="col" className="px-4 font-semibold">
              {letter}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {NUMBERS.map(([label, of]) => (
          <tr key={label}>
            <th scope="row" className="pr-4 text-left font-normal text-muted">
              {label}
            </th>
            {[first, second].map((side, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: there are exactly two
              <td key={index} className="px-4">
                {String((side && of(side)) ?? "–")}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
