import { useQueries } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { WHOLE, windowQuery } from "@/editor/panel/data/items";
import { storedItems } from "@/editor/panel/data/storedItems";
import type { ExecutionDetails } from "@/editor/run/queries";
import { Button } from "@/ui/Button";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import type { Ordered } from "./order";
import { PlaceTable } from "./PlaceTable";
import { type ItemKind, keyFields, pairing } from "./pairs";
import { MOST_PLACES } from "./structure";

interface ItemDifferenceProps {
  node: Ordered;
  executions: readonly [ExecutionDetails, ExecutionDetails];
}

/** Items are compared in windows of so many, one more with each press of a button. */
const SIZE = 1_000;
const MOST_WINDOWS = 10;
/** A choice that no field is called. */
const BY_PLACE = " ";

const SHOWN = [
  { id: "all", label: "every difference" },
  { id: "changed", label: "changed items" },
  { id: "added", label: "added items" },
  { id: "removed", label: "removed items" },
];

/** The items of a node in two executions, in pairs: what was added, removed and changed. */
export function ItemDifference({ node, executions }: ItemDifferenceProps) {
  const search = useSearch({ from: "/shell/executions/compare" });
  const { key, kind } = search;
  const change = useChangeAddress();
  const [names, ...outputs] = outputsOf(node, executions);
  const output = names.find((name) => name === search.output) ?? names[0] ?? "main";
  const [count, setCount] = useState(1);
  const windows = useWindows(node, executions, output, outputs, count);
  const [before, after] = windows.items;
  const fields = useMemo(() => keyFields(before ?? [], after ?? []), [before, after]);
  const chosen = fields.find(({ name }) => name === key) ?? null;
  const found = useMemo(() => pairing(before ?? [], after ?? [], chosen), [before, after, chosen]);
  if (names.length === 0) return <p className="text-muted">Neither put out anything.</p>;
  if (windows.error)
    return <ErrorNotice title="The items can't be compared" error={windows.error} />;
  if (windows.isPending) return <Skeleton lines={5} />;
  const places = found.places.filter(({ item }) => kind === undefined || item === kind);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-end gap-3">
        <h2 className="pb-1 text-sm">Where the items differ</h2>
        {names.length > 1 ? (
          <Select
            label="Output"
            className="w-40"
            choices={names.map((name) => ({ id: name, label: name }))}
            value={output}
            onChange={(name) => change({ output: name === names[0] ? undefined : name })}
          />
        ) : null}
        <Select
          label="Pair items by"
          className="w-52"
          choices={[
            { id: BY_PLACE, label: "their place" },
            ...fields.map(({ name, isUnique }) => ({
              id: name,
              label: name,
              detail: isUnique ? undefined : "some items have the same",
            })),
          ]}
          value={chosen?.name ?? BY_PLACE}
          onChange={(name) => change({ key: name === BY_PLACE ? undefined : name })}
        />
        <Select
          label="Show"
          className="w-40"
          choices={SHOWN}
          value={kind ?? "all"}
          onChange={(id) => change({ kind: id === "all" ? undefined : (id as ItemKind) })}
        />
      </div>
      <p role="status" className="num text-xs text-muted">
        {found.changed} changed, {found.added} added, {found.removed} removed, {found.same} the same
      </p>
      {windows.total > count * SIZE || found.places.length === MOST_PLACES ? (
        <Notice>
          The first {count * SIZE} items of each are compared, and {MOST_PLACES} differences shown.
          {windows.total > count * SIZE && count < MOST_WINDOWS ? (
            <Button className="ml-2" onPress={() => setCount(count + 1)}>
              Compare {SIZE} more
            </Button>
          ) : null}
        </Notice>
      ) : null}
      {places.length > 0 ? (
        <PlaceTable label="Differences of the items" places={places} />
      ) : (
        <p className="text-muted">
          {kind === undefined
            ? "The items that are compared are the same in both."
            : "No item differs in this way."}
        </p>
      )}
    </div>
  );
}

/** The items of both sides as far as they were asked for. */
function useWindows(
  { node, iteration }: Ordered,
  executions: ItemDifferenceProps["executions"],
  output: string,
  outputs: readonly string[][],
  count: number,
) {
  return useQueries({
    queries: executions.flatMap(({ id }, side) =>
      Array.from({ length: count }, (_, number) => ({
        ...windowQuery(
          storedItems({ execution: id, node, output, iteration: iteration.join(".") }),
          WHOLE,
          number,
          SIZE,
        ),
        enabled: outputs[side]?.includes(output) ?? false,
      })),
    ),
    combine: (windows) => {
      const sides = [windows.slice(0, count), windows.slice(count)];
      return {
        items: sides.map((own) =>
          own.flatMap(({ data }) => data?.items.map(({ json }) => json) ?? []),
        ),
        total: Math.max(0, ...windows.map(({ data }) => data?.total ?? 0)),
        error: windows.find((one) => one.error)?.error ?? null,
        isPending: windows.some((one) => one.isPending && one.fetchStatus !== "idle"),
      };
    },
  });
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
