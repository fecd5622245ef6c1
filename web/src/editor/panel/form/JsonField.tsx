import { json } from "@codemirror/lang-json";
import { useMemo, useState } from "react";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { expressionMarks } from "../expression/marks";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import type { JsonValue } from "./schema";

/** Any JSON value; texts in it may hold expressions. What is no JSON yet is not stored, and says so. */
export function JsonField({ id, field, value, onChange }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? written(value ?? field.schema.default);
  const problem = problemOf(shown);
  const extensions = useMemo(() => [json(), expressionMarks], []);
  return (
    <div id={id}>
      <CodeEditor
        label={field.label}
        value={shown}
        extensions={extensions}
        placeholder={field.hints.placeholder ?? '{"name": "{{ json.name }}"}'}
        isReadOnly={isReadOnly}
        onChange={(text) => {
          setTyped(text);
          if (text.trim() === "") onChange(undefined);
          else if (problemOf(text) === "") onChange(JSON.parse(text) as JsonValue);
        }}
      />
      {problem ? <p className="text-xs text-danger">{problem}</p> : null}
    </div>
  );
}

function written(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return JSON.stringify(value, null, 2);
}

function problemOf(text: string): string {
  if (text.trim() === "") return "";
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}`;
  }
}
