import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { edgesInto, edgeText, readDocument } from "@/editor/document";
import { NodeOutput } from "@/editor/panel/data/NodeOutput";
import { OutputView } from "@/editor/panel/data/OutputView";
import { storedItems } from "@/editor/panel/data/storedItems";
import { useOutput } from "@/editor/panel/data/useOutput";
import { EdgeChoice } from "@/editor/panel/EdgeChoice";
import { useEdge } from "@/editor/panel/useEdge";
import type { ExecutionDetails } from "@/editor/run/queries";
import type { Span } from "@/editor/run/spans";
import { versionQuery } from "@/pages/workflow/queries";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";

interface SpanInputProps {
  execution: ExecutionDetails;
  node: string;
  /** The iterations of the loops around it. */
  path: string;
}

/** What a node was given: what the nodes before it gave in the same iteration. */
export function SpanInput({ execution, node, path }: SpanInputProps) {
  const version = useQuery(versionQuery(execution.workflow_id, execution.version_hash));
  const document = useMemo(
    () => (version.data ? readDocument(version.data.document) : null),
    [version.data],
  );
  const edges = document ? edgesInto(document, node) : [];
  const { edge, called, choose } = useEdge(edges);
  if (version.isError)
    return <ErrorNotice title="The version can't be read" error={version.error} />;
  if (!document) return <Skeleton lines={5} />;
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
        onChoose={choose}
        className="w-64 px-2 pt-2"
      />
      <NodeOutput
        key={edgeText(edge)}
        execution={execution.id}
        node={edge.source}
        output={edge.output}
        root={null}
        side="input"
        called={called}
        near={path}
      />
    </>
  );
}

interface SpanOutputProps {
  execution: string;
  attempt: Span;
}

/** What an attempt gave, by its outputs. */
export function SpanOutput({ execution, attempt }: SpanOutputProps) {
  const counts = attempt.details.outputs as Record<string, number>;
  const names = Object.keys(counts);
  const { output, choose } = useOutput(
    names,
    names.find((name) => counts[name]),
  );
  if (names.length === 0)
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
          value={output}
          onChange={choose}
        />
      ) : null}
      <OutputView
        key={output}
        source={storedItems({ execution, node: attempt.node, output, iteration })}
        side="output"
        root={null}
      />
    </>
  );
}
