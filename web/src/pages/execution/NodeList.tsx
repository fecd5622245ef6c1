import { clsx } from "clsx";
import { NodeError } from "@/editor/panel/data/NodeError";
import { OutputView } from "@/editor/panel/data/OutputView";
import { storedItems } from "@/editor/panel/data/storedItems";
import { useOutput } from "@/editor/panel/data/useOutput";
import { useSideView } from "@/editor/panel/data/useSideView";
import type { ExecutionDetails } from "@/editor/run/queries";
import { EmptyState } from "@/ui/EmptyState";
import type { StoredError } from "@/ui/ErrorBox";
import { Select } from "@/ui/Select";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { duration } from "@/ui/time";

type NodeExecution = ExecutionDetails["nodes"][number];

interface NodeListProps {
  execution: ExecutionDetails;
  selected: string | null;
  onSelect: (id: string, iteration: string) => void;
}

/** The node executions on the left; the items of the chosen one on the right. */
export function NodeList({ execution, selected, onSelect }: NodeListProps) {
  const [{ iteration }] = useSideView("output");
  const { nodes } = execution;
  const same = nodes.filter((node) => node.id === selected);
  const chosen =
    same.find((node) => node.iteration.join(".") === iteration) ??
    same[0] ??
    nodes.find((node) => node.status === "failed") ??
    nodes.at(-1);
  if (!chosen)
    return (
      <EmptyState title="No node has run">It waits for its turn, or was cancelled.</EmptyState>
    );
  return (
    <div className="flex min-h-0 flex-1">
      <nav
        aria-label="Node executions"
        className="w-80 shrink-0 overflow-auto border-r border-line"
      >
        <ul>
          {nodes.map((node) => (
            <li key={keyOf(node)}>
              <button
                type="button"
                aria-current={node === chosen ? "true" : undefined}
                className={clsx(
                  "flex w-full items-center gap-2 px-3 py-1.5 text-left text-sm",
                  node === chosen ? "bg-accent-soft" : "hover:bg-hover",
                )}
                onClick={() => onSelect(node.id, node.iteration.join("."))}
              >
                <StatusIcon status={asStatus(node.status)} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-semibold">
                    {node.id}
                    {node.iteration.length > 0 ? (
                      <span className="num font-normal text-muted">
                        {" "}
                        #{node.iteration.join(".")}
                      </span>
                    ) : null}
                  </span>
                  <span className="block truncate font-mono text-2xs text-muted">{node.type}</span>
                </span>
                <span className="num text-right text-xs text-muted">
                  {duration(node.duration_ms)}
                  <span className="block">
                    {node.items_in} → {node.items_out}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <NodeData key={keyOf(chosen)} execution={execution.id} node={chosen} />
    </div>
  );
}

function keyOf(node: NodeExecution): string {
  return `${node.id} ${node.iteration.join(".")}`;
}

interface NodeDataProps {
  execution: string;
  node: NodeExecution;
}

function NodeData({ execution, node }: NodeDataProps) {
  const outputs = Object.keys(node.outputs);
  const { output, choose } = useOutput(
    outputs,
    outputs.find((name) => (node.outputs[name] ?? 0) > 0),
  );
  const error = node.error as StoredError | null;
  return (
    <section aria-label={`Node ${node.id}`} className="flex min-h-0 min-w-0 flex-1 flex-col">
      {error?.message === undefined ? null : (
        <NodeError node={node.id} error={error} attempts={node.attempts} />
      )}
      {outputs.length > 1 ? (
        <Select
          label="Output"
          hideLabel
          className="w-48 px-2 pt-2"
          choices={outputs.map((name) => ({
            id: name,
            label: `${name} (${node.outputs[name] ?? 0})`,
          }))}
          value={output}
          onChange={choose}
        />
      ) : null}
      {outputs.length === 0 ? (
        <EmptyState title="No output">
          {node.status === "skipped"
            ? "Nothing reached this node."
            : "It has not put out anything."}
        </EmptyState>
      ) : (
        <OutputView
          key={output}
          source={storedItems({
            execution,
            node: node.id,
            output,
            iteration: node.iteration.join("."),
          })}
          side="output"
          root={null}
        />
      )}
    </section>
  );
}
