import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { readDocument } from "@/editor/document";
import { NodeOutput } from "@/editor/panel/data/NodeOutput";
import { OutputView } from "@/editor/panel/data/OutputView";
import { EdgeChoice } from "@/editor/panel/EdgeChoice";
import { edgesInto } from "@/editor/panel/sample";
import type { ExecutionDetails } from "@/editor/run/queries";
import type { Span } from "@/editor/run/spans";
import { versionQuery } from "@/pages/workflow/queries";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";

interface ItemChoice {
  /** The item that is looked at. */
  item: number | undefined;
  onItem: (index: number) => void;
}

interface SpanInputProps extends ItemChoice {
  execution: ExecutionDetails;
  node: string;
  /** The iterations of the loops around it. */
  path: string;
}

/** What a node was given: what the nodes before it gave in the same iteration. */
export function SpanInput({ execution, node, path, item, onItem }: SpanInputProps) {
  const version = useQuery(versionQuery(execution.workflow_id, execution.version_hash));
  const [chosen, setChosen] = useState(0);
  if (version.isError)
    return <ErrorNotice title="The version can't be read" error={version.error} />;
  if (!version.data) return <Skeleton lines={5} />;
  const document = readDocument(version.data.document);
  const edges = edgesInto(document, node);
  const edge = edges[chosen] ?? edges[0];
  if (!edge)
    return (
      <EmptyState title="Nothing leads here">
        It began with what started the execution: that is its output.
      </EmptyState>
    );
  return (
    <>
      <EdgeChoice
        document={document}
        edges={edges}
        chosen={edge}
        onChoose={setChosen}
        className="w-64 px-2 pt-2"
      />
      <NodeOutput
        key={`${edge.source} ${edge.output}`}
        execution={execution.id}
        node={edge.source}
        output={edge.output}
        root={null}
        near={path}
        // The places of items are those of all that came in.
        at={edges.length === 1 ? item : undefined}
        onItem={(_, { index }) => onItem(index)}
      />
    </>
  );
}

interface SpanOutputProps extends ItemChoice {
  execution: string;
  attempt: Span;
}

/** What an attempt gave, by its outputs. */
export function SpanOutput({ execution, attempt, item, onItem }: SpanOutputProps) {
  const counts = attempt.details.outputs as Record<string, number>;
  const names = Object.keys(counts);
  const [chosen, setChosen] = useState(() => names.find((name) => counts[name]) ?? names[0]);
  if (chosen === undefined)
    return <EmptyState title="No items">This attempt has given nothing.</EmptyState>;
  const iteration = attempt.iteration.join(".");
  return (
    <>
      {names.length > 1 ? (
        <Select
          label="Output"
          hideLabel
          className="w-48 px-2 pt-2"
          choices={names.map((name) => ({ id: name, label: `${name} (${counts[name]})` }))}
          value={chosen}
          onChange={setChosen}
        />
      ) : null}
      <OutputView
        key={chosen}
        place={{ execution, node: attempt.node, output: chosen, iteration }}
        root={null}
        at={item}
        onItem={(_, { index }) => onItem(index)}
      />
    </>
  );
}
