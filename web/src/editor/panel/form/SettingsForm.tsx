import { useMemo } from "react";
import { FormContext, NO_SAMPLE } from "./FormContext";
import { ParamForm } from "./ParamForm";
import { type FieldSpec, fieldsOf, type JsonObject, type JsonValue, type Schema } from "./schema";

interface SettingsFormProps {
  schema: Schema;
  settings: JsonObject;
  isReadOnly: boolean;
  onChange: (name: string, value: JsonValue | undefined) => void;
}

/** The settings of a node or of a workflow: a form whose fields take no expressions. */
export function SettingsForm({ schema, settings, isReadOnly, onChange }: SettingsFormProps) {
  const fields = useMemo(() => withoutExpressions(fieldsOf(schema)), [schema]);
  const surroundings = useMemo(
    () => ({
      sample: NO_SAMPLE,
      functions: [],
      problemAt: () => undefined,
      isReadOnly,
      language: "python" as const,
    }),
    [isReadOnly],
  );
  return (
    <FormContext value={surroundings}>
      <ParamForm fields={fields} params={settings} onChange={onChange} />
    </FormContext>
  );
}

function withoutExpressions(fields: FieldSpec[]): FieldSpec[] {
  return fields.map((field) => ({
    ...field,
    label: titled(field.name),
    takesExpressions: false,
    fields: withoutExpressions(field.fields),
  }));
}

function titled(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
