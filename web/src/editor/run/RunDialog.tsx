import { useMemo, useState } from "react";
import type { NodeTypes } from "@/editor/canvas/ports";
import { type RunAsked, ui } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Select } from "@/ui/Select";
import { dataFields, initialData, missingIn } from "./data";
import { TriggerData } from "./TriggerData";
import { triggerName } from "./triggers";

interface RunDialogProps {
  asked: RunAsked;
  types: NodeTypes;
}

/** Asks where an execution begins, and for the data of that trigger. */
export function RunDialog({ asked, types }: RunDialogProps) {
  const { title, triggers, onRun } = asked;
  const document = useWorkflow((state) => state.document);
  const { nodes } = document;
  const [trigger, setTrigger] = useState(triggers[0] ?? "");
  const [given, setGiven] = useState(() => initialData(nodes[trigger]));
  const [problem, setProblem] = useState("");
  const node = nodes[trigger];
  const missing = useMemo(() => missingIn(dataFields(node) ?? [], given), [node, given]);
  const close = () => ui().open(null);
  return (
    <Dialog
      title={title}
      isOpen
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button
            look="solid"
            // Where only the trigger is asked for, Enter is the answer.
            autoFocus={triggers.length > 1}
            isDisabled={problem !== "" || missing.length > 0}
            onPress={() => {
              close();
              onRun(trigger, given);
            }}
          >
            Run
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {triggers.length > 1 ? (
          <Select
            label="Start with"
            help="Kept in this browser. The list beside Run starts with another one."
            value={trigger}
            choices={triggers.map((id) => ({ id, label: triggerName(id, document, types) }))}
            onChange={(id) => {
              setTrigger(id);
              setGiven(initialData(nodes[id]));
              setProblem("");
            }}
          />
        ) : null}
        <TriggerData
          key={trigger}
          node={node}
          data={given}
          onChange={(data) => {
            setGiven(data);
            setProblem("");
          }}
          onProblem={setProblem}
        />
        {problem ? <p className="text-xs text-danger">{problem}</p> : null}
        {missing.length > 0 ? (
          <p role="status" className="text-xs text-muted">
            Still to fill in: {missing.join(", ")}
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
