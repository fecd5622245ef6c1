import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { TableTitles } from "@/ui/TableTitles";
import { duration } from "@/ui/time";
import type { Analytics } from "./queries";

interface NodeTableProps {
  title: string;
  empty: string;
  titles: readonly string[];
  children: ReactNode[];
}

function NodeTable({ title, empty, titles, children }: NodeTableProps) {
  return (
    <section aria-label={title} className="min-w-0 rounded-card border border-line bg-surface p-3">
      <h2 className="pb-2 text-sm">{title}</h2>
      {children.length === 0 ? (
        <p className="py-4 text-center text-muted">{empty}</p>
      ) : (
        <div className="overflow-x-auto">
          <table aria-label={title} className="w-full text-sm">
            <TableTitles titles={titles} className="text-xs" cell="px-2 py-1 whitespace-nowrap" />
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface Named {
  names: ReadonlyMap<string, string>;
}

/** The nodes at which most executions failed. */
export function FailingNodes({ nodes, names }: Named & { nodes: Analytics["failing_nodes"] }) {
  return (
    <NodeTable
      title="Where executions fail"
      empty="None failed in this time."
      titles={["Node", "Workflow", "Failures", "Last error"]}
    >
      {nodes.map((one) => (
        <tr key={`${one.workflow_id} ${one.node}`} className="border-t border-line">
          <th scope="row" className="px-2 py-1 text-left font-semibold">
            {one.node ?? "no single node"}
          </th>
          <td className="max-w-48 truncate px-2">
            <Link
              to="/executions"
              search={{ workflow: one.workflow_id, status: ["failed"] }}
              className="text-accent hover:underline"
            >
              {names.get(one.workflow_id) ?? "a workflow"}
            </Link>
          </td>
          <td className="px-2 text-right">{one.failures.toLocaleString("en")}</td>
          <td className="max-w-72 truncate px-2 text-muted" title={one.message ?? ""}>
            {one.code ? <code className="mr-1 text-xs text-danger">{one.code}</code> : null}
            {one.message}
          </td>
        </tr>
      ))}
    </NodeTable>
  );
}

/** The nodes whose attempts took longest. */
export function SlowNodes({ nodes, names }: Named & { nodes: Analytics["slow_nodes"] }) {
  return (
    <NodeTable
      title="Slowest nodes"
      empty="No node has run in this time."
      titles={["Node", "Workflow", "Attempts", "Mean", "Longest"]}
    >
      {nodes.map((one) => (
        <tr key={`${one.workflow_id} ${one.node}`} className="border-t border-line">
          <th scope="row" className="px-2 py-1 text-left font-semibold">
            <Link
              to="/w/$workflowId"
              params={{ workflowId: one.workflow_id }}
              search={{ node: one.node }}
              className="hover:text-accent hover:underline"
            >
              {one.node}
            </Link>
            <span className="block font-mono text-2xs font-normal text-muted">{one.type}</span>
          </th>
          <td className="max-w-48 truncate px-2">{names.get(one.workflow_id) ?? "a workflow"}</td>
          <td className="px-2 text-right">{one.attempts.toLocaleString("en")}</td>
          <td className="px-2 text-right whitespace-nowrap">{duration(one.mean_ms)}</td>
          <td className="px-2 text-right whitespace-nowrap">{duration(one.longest_ms)}</td>
        </tr>
      ))}
    </NodeTable>
  );
}
