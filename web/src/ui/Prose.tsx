import { Fragment, type ReactNode } from "react";

/**
 * Text of node types and notes: paragraphs, lists, headings, code, emphasis and links.
 * Everything becomes elements of React: nothing in the text is ever read as HTML.
 */
export function Prose({ text }: { text: string }) {
  const blocks = text.trim().split(/\n{2,}/);
  return (
    <div className="flex flex-col gap-2 text-sm break-words">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no name but their place
        <Block key={index} text={block} />
      ))}
    </div>
  );
}

function Block({ text }: { text: string }) {
  const lines = text.split("\n");
  const heading = /^#{1,4} (.*)$/.exec(text);
  if (heading && lines.length === 1)
    return <p className="font-semibold">{inline(heading[1] ?? "")}</p>;
  if (lines.every((line) => /^([-*] |\s)/.test(line))) {
    const entries = text.split(/\n?^[-*] /m).filter((entry) => entry.trim() !== "");
    return (
      <ul className="list-disc pl-4">
        {entries.map((entry) => (
          <li key={entry}>{inline(entry)}</li>
        ))}
      </ul>
    );
  }
  return <p>{inline(text)}</p>;
}

const INLINE = /(``?)(.+?)\1|\*\*(.+?)\*\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/gs;

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(<Fragment key={end}>{text.slice(end, match.index)}</Fragment>);
    parts.push(<Mark key={`m${match.index}`} match={match} />);
    end = match.index + match[0].length;
  }
  parts.push(<Fragment key="end">{text.slice(end)}</Fragment>);
  return parts;
}

function Mark({ match }: { match: RegExpMatchArray }) {
  const [, , code, strong, label, address] = match;
  if (code !== undefined)
    return <code className="rounded-[4px] bg-hover px-1 text-xs">{code}</code>;
  if (strong !== undefined) return <strong>{strong}</strong>;
  return (
    <a className="text-accent underline" href={address} target="_blank" rel="noreferrer noopener">
      {label}
    </a>
  );
}
