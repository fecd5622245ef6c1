import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { WINDOW_SIZE, windowQuery } from "@/editor/panel/data/items";
import type { ExecutionDetails } from "@/editor/run/queries";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import type { Comparison, Ordered, Side } from "./order";
import { PlaceTable } from "./PlaceTable";
import { MOST_PLACES, type Place, placesOf } from "./structure";

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
      {node.first && node.second ? <Outputs node={node} executions={executions} /> : null}
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

const WHOLE = { q: "", sort: "" };

function Outputs({ node, executions }: Omit<NodeDifferenceProps, "documents">) {
  const [names, ...outputs] = outputsOf(node, executions);
  const [output, setOutput] = useState(names[0] ?? "main");
  const has = outputs.map((own) => own.includes(output));
  const windows = useQueries({
    queries: executions.map(({ id }, side) => ({
      ...windowQuery(
        { execution: id, node: node.node, output, iteration: node.iteration.join(".") },
        WHOLE,
        0,
      ),
      enabled: has[side] ?? false,
    })),
  });
  if (names.length === 0) return <p className="text-muted">Neither put out anything.</p>;
  const error = windows.find((one) => one.error)?.error;
  if (error) return <ErrorNotice title="The items can't be compared" error={error} />;
  if (windows.some((one, side) => has[side] && !one.data)) return <Skeleton lines={5} />;
  const most = Math.max(...windows.map((one) => one.data?.total ?? 0));
  const [before, after] = windows.map((one) => (one.data?.items ?? []).map(({ json }) => json));
  const found = placesOf(before, after, "items");
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <h2 className="text-sm">Where the items differ</h2>
        {names.length > 1 ? (
          <Select
            label="Output"
            hideLabel
            className="w-40"
            choices={names.map((name) => ({ id: name, label: name }))}
            value={output}
            onChange={setOutput}
          />
        ) : null}
      </div>
      {most > WINDOW_SIZE || found.length === MOST_PLACES ? (
        <Notice>
          The first {WINDOW_SIZE} items of each are compared, and {MOST_PLACES} differences shown.
        </Notice>
      ) : null}
      {found.length > 0 ? (
        <PlaceTable label="Differences of the items" places={found} />
      ) : (
        <p className="text-muted">The items that are compared are the same in both.</p>
      )}
    </div>
  );
}

/** The outputs that either execution has; then those of each. */
function outputsOf(
  node: Ordered,
  executions: readonly ExecutionDetails[],
): [string[], ...string[][]] {
  const iteration = node.iteration.join(".");
  const found = executions.map((execution) => {
    const own = execution.nodes.find(
      (one) => one.id === node.node && one.iteration.join(".") === iteration,
    );
    return Object.keys(own?.outputs ?? {});
  });
  return [[...new Set(found.flat())], ...found];
}
