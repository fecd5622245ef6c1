import type { ReactNode } from "react";
import { CodeMeaning, CopyDetails, Hint } from "./CopyDetails";
import { Notice } from "./Notice";

/** An error as the server stores it; what is secret in it was masked there. */
export interface StoredError {
  code?: string;
  /** Which kind of failure it is, such as `TIMEOUT`. */
  type?: string;
  message?: string;
  hint?: string;
  node?: string;
  /** The place of the item at which it failed. */
  item?: number;
}

interface ErrorBoxProps {
  title: string;
  error: StoredError;
  /** What can be done about it: leads to the node, the item, the docs. */
  children?: ReactNode;
}

/** What happened, where, in the words of the server, and what to try. */
export function ErrorBox({ title, error, children }: ErrorBoxProps) {
  const { code, type, message, hint, node, item } = error;
  const facts = [
    node === undefined ? null : `node ${node}`,
    item === undefined ? null : `item ${item}`,
    [code, type].filter(Boolean).join(" · ") || null,
  ].filter((fact) => fact !== null);
  return (
    <Notice tone="danger" title={title}>
      <p className="whitespace-pre-wrap">{message}</p>
      <Hint text={hint} />
      {facts.length > 0 ? (
        <p className="num mt-1 text-xs text-muted">Where: {facts.join(", ")}</p>
      ) : null}
      <div className="mt-1 flex flex-wrap items-center gap-2">
        {children}
        {code === undefined ? null : <CodeMeaning code={code} type={type} />}
        <CopyDetails details={error} />
      </div>
    </Notice>
  );
}
