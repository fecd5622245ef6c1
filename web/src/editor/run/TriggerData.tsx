import { json } from "@codemirror/lang-json";
import { useMemo, useState } from "react";
import type { PlacedNode } from "@/editor/document";
import { FormContext, NO_SAMPLE } from "@/editor/panel/form/FormContext";
import { ParamForm } from "@/editor/panel/form/ParamForm";
import { isObject } from "@/editor/panel/form/values";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { dataFields } from "./data";

interface TriggerDataProps {
  node: PlacedNode | undefined;
  data: unknown;
  onChange: (data: unknown) => void;
  onProblem: (problem: string) => void;
}

const PLAIN = {
  sample: NO_SAMPLE,
  functions: [],
  problemAt: () => undefined,
  isReadOnly: false,
  language: "python" as const,
};

/** The data of a trigger: a form where it has a JSON Schema, else JSON. */
export function TriggerData({ node, data, onChange, onProblem }: TriggerDataProps) {
  const fields = useMemo(() => dataFields(node), [node]);
  const [text, setText] = useState(JSON.stringify(node?.params?.default_data ?? {}, null, 2));
  const extensions = useMemo(() => [json()], []);
  if (node?.params?.allow_custom_data === false)
    return <p className="text-sm text-muted">This trigger takes no data.</p>;
  if (!fields)
    return (
      <CodeEditor
        label="Data as JSON"
        value={text}
        onChange={(written) => {
          setText(written);
          try {
            onChange(JSON.parse(written));
          } catch (error) {
            onProblem(`This is not JSON: ${error instanceof Error ? error.message : error}`);
          }
        }}
        extensions={extensions}
      />
    );
  const values = isObject(data) ? data : {};
  return (
    <FormContext value={PLAIN}>
      <ParamForm
        fields={fields}
        params={values}
        onChange={(name, value) => {
          const { [name]: _before, ...others } = values;
          onChange(value === undefined ? others : { ...others, [name]: value });
        }}
      />
    </FormContext>
  );
}
