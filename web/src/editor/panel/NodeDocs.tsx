import type { ReactNode } from "react";
import { Button } from "@/ui/Button";
import { Prose } from "@/ui/Prose";
import { JsonTree } from "./data/JsonTree";
import type { JsonValue } from "./form/schema";
import type { NodeExample, NodeTypeDetails } from "./queries";

interface NodeDocsProps {
  type: NodeTypeDetails;
  /** Puts an example into a node, where there is one to put it into. */
  onInsert?: ((example: NodeExample) => void) | undefined;
  /** What stands before the examples. */
  children?: ReactNode;
}

/** What a node type does, and its examples. */
export function NodeDocs({ type, onInsert, children }: NodeDocsProps) {
  return (
    <article className="flex flex-col gap-3 p-3">
      <header>
        <h3 className="text-base">{type.label}</h3>
        <p className="font-mono text-xs text-muted">
          {type.name} · version {type.version} · effects: {type.effects}
        </p>
      </header>
      <Prose text={type.description} />
      {children}
      {type.examples.length > 0 ? <h4 className="text-sm">Examples</h4> : null}
      {type.examples.map((example) => (
        <Example
          key={`${example.title}${JSON.stringify(example.params)}`}
          example={example}
          onInsert={onInsert ? () => onInsert(example) : undefined}
        />
      ))}
    </article>
  );
}

function Example({
  example,
  onInsert,
}: {
  example: NodeExample;
  onInsert: (() => void) | undefined;
}) {
  const outputs = example.outputs ?? (example.output ? { main: example.output } : {});
  return (
    <section className="rounded-card border border-line">
      <header className="flex items-center justify-between gap-2 border-b border-line px-3 py-1.5">
        <h5 className="text-sm">{example.title}</h5>
        {onInsert ? <Button onPress={onInsert}>Insert example</Button> : null}
      </header>
      <Part title="Parameters" value={example.params} />
      {example.items ? <Part title="Items in" value={example.items} /> : null}
      {Object.entries(outputs).map(([name, items]) => (
        <Part key={name} title={`Items out: ${name}`} value={items} />
      ))}
    </section>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  return (
    <div className="border-b border-line last:border-b-0">
      <p className="px-3 pt-1.5 text-2xs text-muted">{title}</p>
      <JsonTree value={value as JsonValue} root={null} label={title} />
    </div>
  );
}
