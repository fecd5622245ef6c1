import { json } from "@codemirror/lang-json";
import { useMemo } from "react";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { expressionMarks } from "../expression/marks";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import type { JsonValue } from "./schema";
import { useTyped } from "./useTyped";

/** Any JSON value; texts in it may hold expressions. What is no JSON yet is not stored, and says so. */
export function JsonField({ id, field, value, onChange }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const typed = useTyped(value);
  const shown = typed.text ?? written(value ?? field.schema.default);
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
          const next = parsed(text, value);
          typed.keep(text, next);
          onChange(next);
        }}
      />
      {problem ? <p className="text-xs text-danger">{problem}</p> : null}
    </div>
  );
}

/** What a text is stored as: as long as it is no JSON, what was stored before stays. */
function parsed(text: string, before: JsonValue | undefined): JsonValue | undefined {
  if (text.trim() === "") return undefined;
  return problemOf(text) === "" ? (JSON.parse(text) as JsonValue) : before;
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
