import { Field } from "./Field";
import { type FieldSpec, isShown, type JsonObject, type JsonValue } from "./schema";

interface ParamFormProps {
  fields: FieldSpec[];
  params: JsonObject;
  /** The path of the object whose fields these are; empty for the parameters themselves. */
  path?: string;
  onChange: (name: string, value: JsonValue | undefined) => void;
}

/** A form for the fields of an object; fields that other values make meaningless are left out. */
export function ParamForm({ fields, params, path = "", onChange }: ParamFormProps) {
  const shown = fields.filter((field) => isShown(field, params, fields));
  return (
    <div className="flex flex-col gap-3">
      {shown.map((field) => (
        <Field
          key={field.name}
          field={field}
          path={path ? `${path}.${field.name}` : field.name}
          value={params[field.name]}
          onChange={(value) => onChange(field.name, value)}
        />
      ))}
    </div>
  );
}
