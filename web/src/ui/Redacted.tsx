import { Fragment } from "react";

/** What the server puts in the place of a secret; as a part of a word it is somebody's own text. */
const MASK = /(?<![\w*])\*\*\*(?![\w*])/;
const REASON =
  "Stored as ***, which stands in the place of secrets: their values are kept nowhere but in credentials.";

/** A text in which secrets were taken out, each with the reason. */
export function Redacted({ text }: { text: string }) {
  const [first, ...others] = text.split(MASK);
  return (
    <>
      {first}
      {others.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no name but their place
        <Fragment key={index}>
          <span title={REASON} className="rounded-[4px] bg-hover px-1 font-sans text-muted">
            ••• secret
          </span>
          {part}
        </Fragment>
      ))}
    </>
  );
}
