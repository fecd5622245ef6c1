import { type Edge, MAIN, nodeName, type WorkflowDocument } from "@/editor/document";
import { Select } from "@/ui/Select";

interface EdgeChoiceProps {
  document: WorkflowDocument;
  /** Those that lead into one node. */
  edges: readonly Edge[];
  chosen: Edge;
  onChoose: (index: number) => void;
  className: string;
}

/** Which of the edges into a node is looked at; nothing where there is no choice. */
export function EdgeChoice({ document, edges, chosen, onChoose, className }: EdgeChoiceProps) {
  if (edges.length < 2) return null;
  return (
    <Select
      label="From"
      hideLabel
      className={className}
      choices={edges.map(({ source, output, input }, index) => ({
        id: String(index),
        label:
          nodeName(source, document.nodes[source]) +
          (output === MAIN ? "" : ` · ${output}`) +
          (input === MAIN ? "" : ` → ${input}`),
      }))}
      value={String(edges.indexOf(chosen))}
      onChange={(key) => onChoose(Number(key))}
    />
  );
}
