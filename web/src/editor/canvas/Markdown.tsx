import type { ReactNode } from "react";

/** The part of Markdown that notes use: headings, lists, bold, italic, code, links. Never HTML. */
export function Markdown({ text }: { text: string }) {
  return <>{blocks(text).map(draw)}</>;
}

interface Block {
  kind: "heading" | "list" | "text";
  lines: string[];
  key: string;
}

function blocks(text: string): Block[] {
  const found: Block[] = [];
  for (const line of text.split("\n")) {
    const last = found.at(-1);
    const key = String(found.length);
    if (/^#{1,3} /.test(line))
      found.push({ kind: "heading", lines: [line.replace(/^#+ /, "")], key });
    else if (/^\s*[-*] /.test(line)) {
      const entry = line.replace(/^\s*[-*] /, "");
      if (last?.kind === "list") last.lines.push(entry);
      else found.push({ kind: "list", lines: [entry], key });
    } else if (line.trim() === "") found.push({ kind: "text", lines: [], key });
    else if (last?.kind === "text" && last.lines.length) last.lines.push(line);
    else found.push({ kind: "text", lines: [line], key });
  }
  return found.filter((block) => block.lines.length);
}

function draw({ kind, lines, key }: Block): ReactNode {
  if (kind === "heading")
    return (
      <p key={key} className="mb-1 text-base font-semibold">
        {inline(lines[0] ?? "")}
      </p>
    );
  if (kind === "list")
    return (
      <ul key={key} className="mb-1 list-disc pl-4">
        {lines.map((line) => (
          <li key={line}>{inline(line)}</li>
        ))}
      </ul>
    );
  return (
    <p key={key} className="mb-1 whitespace-pre-wrap">
      {inline(lines.join("\n"))}
    </p>
  );
}

const INLINE = /\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|`([^`]+)`|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;

function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) out.push(text.slice(at, match.index));
    const [whole, bold, italic, code, label, address] = match;
    const key = `${match.index}`;
    if (bold) out.push(<strong key={key}>{bold}</strong>);
    else if (italic) out.push(<em key={key}>{italic}</em>);
    else if (code)
      out.push(
        <code key={key} className="rounded-control bg-hover px-1 text-xs">
          {code}
        </code>,
      );
    else
      out.push(
        <a
          key={key}
          href={address}
          target="_blank"
          rel="noreferrer"
          className="text-accent underline"
        >
          {label}
        </a>,
      );
    at = match.index + whole.length;
  }
  out.push(text.slice(at));
  return out;
}
