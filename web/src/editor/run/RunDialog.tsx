import { json } from "@codemirror/lang-json";
import { useMemo, useState } from "react";
import { nodeName, useWorkflow } from "@/editor/document";
import { FormContext, NO_SAMPLE } from "@/editor/panel/form/FormContext";
import { ParamForm } from "@/editor/panel/form/ParamForm";
import { fieldsOf, type JsonObject, type Schema } from "@/editor/panel/form/schema";
import { isObject } from "@/editor/panel/form/values";
import { Button } from "@/ui/Button";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { Dialog } from "@/ui/Dialog";

interface RunDialogProps {
  trigger: string;
  onClose: () => void;
  onRun: (data: unknown) => void;
}

const PLAIN = {
  sample: NO_SAMPLE,
  functions: [],
  problemAt: () => undefined,
  isReadOnly: false,
  language: "python" as const,
};

/** Asks for a trigger's data: a form where the trigger has a JSON Schema, else JSON. */
export function RunDialog({ trigger, onClose, onRun }: RunDialogProps) {
  const node = useWorkflow((state) => state.document.nodes[trigger]);
  const schema = (node?.params?.data_validation ?? node?.params?.input_schema) as
    | Schema
    | undefined;
  const fields = useMemo(
    () =>
      schema?.properties
        ? fieldsOf(schema).map((field) => ({ ...field, takesExpressions: false }))
        : null,
    [schema],
  );
  const initial = node?.params?.default_data;
  const [text, setText] = useState(JSON.stringify(initial ?? {}, null, 2));
  const [values, setValues] = useState<JsonObject>(isObject(initial) ? initial : {});
  const extensions = useMemo(() => [json()], []);
  const problem = fields ? "" : problemOf(text);
  return (
    <Dialog
      title={`Run from ${nodeName(trigger, node)}`}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="solid"
            isDisabled={problem !== ""}
            onPress={() => onRun(fields ? values : JSON.parse(text))}
          >
            Run
          </Button>
        </>
      }
    >
      {fields ? (
        <FormContext value={PLAIN}>
          <ParamForm
            fields={fields}
            params={values}
            onChange={(name, value) => {
              const { [name]: _before, ...others } = values;
              setValues(value === undefined ? others : { ...others, [name]: value });
            }}
          />
        </FormContext>
      ) : (
        <>
          <CodeEditor
            label="Data as JSON"
            value={text}
            onChange={setText}
            extensions={extensions}
          />
          {problem ? <p className="mt-1 text-xs text-danger">{problem}</p> : null}
        </>
      )}
    </Dialog>
  );
}

function problemOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
