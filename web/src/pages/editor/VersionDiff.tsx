import { useMemo } from "react";
import { CARD, edgeText, nodeName, type WorkflowDocument } from "@/editor/document";
import { placeOf } from "@/editor/document/drawing";
import { type Difference, differenceOf, type FieldChange, type Kind } from "./difference";

const MARKS: Record<Kind, { sign: string; text: string; stroke: string }> = {
  added: { sign: "+", text: "text-status-succeeded", stroke: "var(--status-succeeded)" },
  removed: { sign: "−", text: "text-danger", stroke: "var(--danger)" },
  changed: { sign: "~", text: "text-warning", stroke: "var(--warning)" },
};

interface VersionDiffProps {
  before: WorkflowDocument;
  after: WorkflowDocument;
}

/** Two documents side by side: a drawing with what differs marked, and every field below. */
export function VersionDiff({ before, after }: VersionDiffProps) {
  const found = useMemo(() => differenceOf(before, after), [before, after]);
  const count = found.nodes.length + found.edges.length + found.workflow.length;
  if (count === 0) return <p className="py-6 text-center text-muted">They do the same.</p>;
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <Drawing before={before} after={after} found={found} />
      <ul className="mt-3 flex flex-col gap-2">
        {found.workflow.length > 0 && (
          <li>
            <Title kind="changed" text="The workflow" />
            <Fields changes={found.workflow} />
          </li>
        )}
        {found.nodes.map(({ id, kind, fields }) => (
          <li key={id}>
            <Title kind={kind} text={nodeName(id, after.nodes[id] ?? before.nodes[id])} />
            <Fields changes={fields} />
          </li>
        ))}
        {found.edges.map(({ text, kind }) => (
          <li key={text}>
            <Title kind={kind} text={text} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Title({ kind, text }: { kind: Kind; text: string }) {
  return (
    <p className="text-sm">
      <span className={`mr-2 font-mono font-semibold ${MARKS[kind].text}`} aria-hidden>
        {MARKS[kind].sign}
      </span>
      <span className="font-semibold">{text}</span>{" "}
      <span className="text-xs text-muted">{kind}</span>
    </p>
  );
}

function Fields({ changes }: { changes: readonly FieldChange[] }) {
  if (!changes.length) return null;
  return (
    <table className="mt-1 ml-5 w-[calc(100%-1.25rem)] table-fixed text-xs">
      <thead className="sr-only">
        <tr>
          <th>Field</th>
          <th>Before</th>
          <th>Now</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr key={field} className="align-top">
            <th scope="row" className="truncate pr-2 text-left font-normal text-muted">
              {field}
            </th>
            <td className="pr-2">
              <Value value={before} kind="removed" />
            </td>
            <td>
              <Value value={after} kind="added" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, kind }: { value: unknown; kind: Kind }) {
  const text =
    value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  return <code className={`break-words ${MARKS[kind].text}`}>{text}</code>;
}

function Drawing({ before, after, found }: VersionDiffProps & { found: Difference }) {
  const kinds = new Map(found.nodes.map(({ id, kind }) => [id, kind]));
  const ids = [...new Set([...Object.keys(after.nodes), ...Object.keys(before.nodes)])];
  const place = (id: string) => placeOf(after.nodes[id] ? after : before, id);
  const marks = new Map(found.edges.map(({ text, kind }) => [text, kind]));
  const removed = before.edges.filter((edge) => marks.get(edgeText(edge)) === "removed");
  const all = ids.map(place);
  const left = Math.min(...all.map(([x]) => x)) - 20;
  const top = Math.min(...all.map(([, y]) => y)) - 20;
  const width = Math.max(...all.map(([x]) => x)) + CARD.width + 20 - left;
  const height = Math.max(...all.map(([, y]) => y)) + CARD.height + 20 - top;
  return (
    <svg
      role="img"
      aria-label={`Drawing: ${found.nodes.map(({ id, kind }) => `${id} ${kind}`).join(", ") || "no node differs"}`}
      viewBox={`${left} ${top} ${width} ${height}`}
      className="max-h-48 w-full rounded-control border border-line bg-bg"
    >
      {[...after.edges, ...removed].map((edge) => {
        const kind = marks.get(edgeText(edge));
        const [a, b] = [place(edge.source), place(edge.target)];
        return (
          <line
            key={`${edge.source}.${edge.output}-${edge.target}.${edge.input}`}
            x1={a[0] + CARD.width}
            y1={a[1] + CARD.height / 2}
            x2={b[0]}
            y2={b[1] + CARD.height / 2}
            stroke={kind ? MARKS[kind].stroke : "var(--line-strong)"}
            strokeWidth={kind ? 4 : 2}
            strokeDasharray={kind === "removed" ? "12 8" : undefined}
          />
        );
      })}
      {ids.map((id) => {
        const [x, y] = place(id);
        const kind = kinds.get(id);
        return (
          <g key={id} opacity={kind === "removed" ? 0.6 : 1}>
            <rect
              x={x}
              y={y}
              width={CARD.width}
              height={CARD.height}
              rx={10}
              fill="var(--surface)"
              stroke={kind ? MARKS[kind].stroke : "var(--line)"}
              strokeWidth={kind ? 5 : 2}
              strokeDasharray={kind === "removed" ? "12 8" : undefined}
            />
            <text x={x + 14} y={y + 38} fontSize={24} fill="var(--text)">
              {kind ? `${MARKS[kind].sign} ` : ""}
              {nodeName(id, after.nodes[id] ?? before.nodes[id]).slice(0, 13)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
