import { useRef, useState } from "react";
import {
  connect,
  connectProblem,
  disconnect,
  edgeText,
  MAIN,
  nodeName,
  useWorkflow,
  workflow,
} from "@/editor/document";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Select } from "@/ui/Select";
import type { NodeTypes, Ports } from "./ports";
import { ui } from "./ui";

interface ConnectDialogProps {
  node: string;
  types: NodeTypes;
  ports: ReadonlyMap<string, Ports>;
}

/** Connect a node to another one, and see or remove the edges that leave it: all by keyboard. */
export function ConnectDialog({ node, types, ports }: ConnectDialogProps) {
  const document = useWorkflow((state) => state.document);
  const content = useRef<HTMLDivElement>(null);
  const outputs = ports.get(node)?.outputs ?? [MAIN];
  const free = outputs.find(
    (output) => !document.edges.some((edge) => edge.source === node && edge.output === output),
  );
  const [output, setOutput] = useState(free ?? outputs[0] ?? MAIN);
  const others = Object.keys(document.nodes).filter(
    (id) => id !== node && !types.get(document.nodes[id]?.type ?? "")?.is_trigger,
  );
  const [target, setTarget] = useState(others[0] ?? "");
  const inputs = ports.get(target)?.inputs ?? [MAIN];
  const [wanted, setInput] = useState(MAIN);
  const input = inputs.includes(wanted) ? wanted : (inputs[0] ?? MAIN);
  const edge = { source: node, output, target, input };
  const problem = target ? connectProblem(document, edge) : "There is no other node yet.";
  const leaving = document.edges.filter((each) => each.source === node);
  const name = (id: string) => {
    const placed = document.nodes[id];
    return nodeName(id, placed, types.get(placed?.type ?? "")?.label);
  };
  const close = () => {
    ui().open(null);
    ui().view?.focus(node);
  };
  const named = (id: string) => ({ id, label: name(id) === id ? id : `${name(id)} (${id})` });
  return (
    <Dialog
      title={`Connect ${name(node)}`}
      isOpen
      onClose={close}
      size="small"
      actions={
        <>
          <Button onPress={close}>Close</Button>
          <Button
            look="solid"
            isDisabled={problem !== null}
            onPress={() => {
              workflow().change(`Connect ${edgeText(edge)}`, connect(edge));
              close();
            }}
          >
            Connect
          </Button>
        </>
      }
    >
      <div ref={content} tabIndex={-1} className="flex flex-col gap-3 outline-none">
        {outputs.length > 1 && (
          <Select
            label="Output"
            value={output}
            onChange={setOutput}
            choices={outputs.map((id) => ({ id, label: id }))}
          />
        )}
        <Select label="To" value={target} onChange={setTarget} choices={others.map(named)} />
        {inputs.length > 1 && (
          <Select
            label="Input"
            value={input}
            onChange={setInput}
            choices={inputs.map((id) => ({ id, label: id }))}
          />
        )}
        <p className="min-h-5 text-xs text-muted" role="status">
          {problem}
        </p>
        {leaving.length > 0 && (
          <ul aria-label="Edges that leave it" className="flex flex-col gap-1">
            {leaving.map((each) => (
              <li key={edgeText(each)} className="flex items-center gap-2 text-sm">
                <span className="min-w-0 flex-1 truncate">
                  {each.output === MAIN ? "" : `${each.output} `}→ {name(each.target)}
                </span>
                <Button
                  look="quiet"
                  aria-label={`Remove the edge to ${name(each.target)}`}
                  onPress={() => {
                    // The button goes with its edge; the keyboard stays in the dialog.
                    content.current?.focus();
                    workflow().change(`Disconnect ${edgeText(each)}`, disconnect([edgeText(each)]));
                  }}
                >
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
