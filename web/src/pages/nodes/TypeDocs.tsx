import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fieldsOf } from "@/editor/panel/form/schema";
import { NodeDocs } from "@/editor/panel/NodeDocs";
import { type NodeTypeDetails, nodeTypeQuery } from "@/editor/panel/queries";
import { Badge } from "@/ui/Badge";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { TableTitles } from "@/ui/TableTitles";
import { linesOf } from "./parameters";

/** One node type: what it does, its ports, its parameters, its examples. */
export function TypeDocs({ name }: { name: string }) {
  const found = useQuery({ ...nodeTypeQuery(name), retry: false });
  return (
    <section
      aria-label={`Docs of ${name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="min-w-0 flex-1 overflow-auto px-4 pt-3 pb-8"
    >
      {found.isError ? (
        <ErrorNotice title="This node type can't be shown" error={found.error} />
      ) : null}
      {found.isPending ? <Skeleton lines={10} /> : null}
      {found.data ? (
        <div className="max-w-[860px]">
          <NodeDocs type={found.data}>
            <Ports type={found.data} />
            <Parameters type={found.data} />
          </NodeDocs>
        </div>
      ) : null}
    </section>
  );
}

function Ports({ type }: { type: NodeTypeDetails }) {
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 text-xs">
      {(
        [
          ["Inputs", type.inputs],
          ["Outputs", type.outputs],
        ] as const
      ).map(([label, names]) => (
        <div key={label} className="flex items-center gap-2">
          <dt className="text-muted">{label}</dt>
          <dd className="flex gap-1">
            {names.length > 0 ? names.map((each) => <Badge key={each}>{each}</Badge>) : "none"}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Parameters({ type }: { type: NodeTypeDetails }) {
  const lines = useMemo(() => linesOf(fieldsOf(type.params)), [type]);
  if (lines.length === 0) return <p className="text-muted">It has no parameters.</p>;
  return (
    <div>
      <h4 className="pb-1 text-sm">Parameters</h4>
      <table aria-label="Parameters" className="w-full text-xs">
        <TableTitles titles={["Name", "Kind", "Default", "What it is"]} />
        <tbody>
          {lines.map(({ path, depth, field }) => (
            <tr key={path} className="border-t border-line align-top">
              <th
                scope="row"
                className="py-1 pr-2 text-left font-mono font-semibold"
                style={{ paddingLeft: 8 + 16 * depth }}
              >
                {field.name}
                {field.isRequired ? (
                  <span className="font-sans font-normal text-warning"> required</span>
                ) : null}
              </th>
              <td className="max-w-56 px-2 py-1 text-muted">
                {field.kind === "choice" ? field.choices.map(String).join(", ") : field.kind}
              </td>
              <td className="max-w-40 truncate px-2 py-1 font-mono">
                {field.schema.default === undefined ? "" : JSON.stringify(field.schema.default)}
              </td>
              <td className="px-2 py-1">
                {[field.label === field.name ? "" : field.label, field.help]
                  .filter(Boolean)
                  .join(": ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
