import { lazy, Suspense } from "react";
import { Checkbox } from "@/ui/Checkbox";
import { persistently } from "@/ui/persistently";
import { Skeleton } from "@/ui/Skeleton";
import { AnyField } from "./AnyField";
import { ChoiceField } from "./ChoiceField";
import { DateField } from "./DateField";
import { type FieldProps, useForm } from "./FormContext";
import { KeyValueField } from "./KeyValueField";
import { ListField, TextsField } from "./ListField";
import { ParamForm } from "./ParamForm";
import type { FieldSpec, JsonObject } from "./schema";
import { NumberField, TextField } from "./TextField";
import { isObject } from "./values";

const CodeField = lazy(
  persistently(() => import("./CodeField").then((module) => ({ default: module.CodeField }))),
);
const JsonField = lazy(
  persistently(() => import("./JsonField").then((module) => ({ default: module.JsonField }))),
);

export interface PlainFieldProps extends FieldProps {
  id: string;
  field: FieldSpec;
  /** Called when `=` is typed into the empty field. */
  onExpression: (() => void) | undefined;
}

/** The editor of a parameter that is no expression, by its kind. */
export function PlainField(props: PlainFieldProps) {
  const { field, path, value, onChange } = props;
  const { isReadOnly } = useForm();
  switch (field.kind) {
    case "boolean":
      return <BooleanField {...props} />;
    case "number":
    case "integer":
      return <NumberField {...props} />;
    case "choice":
      return <ChoiceField {...props} />;
    case "json":
      return (
        <Suspense fallback={<Skeleton lines={2} />}>
          <JsonField {...props} />
        </Suspense>
      );
    case "code":
      return (
        <Suspense fallback={<Skeleton lines={6} />}>
          <CodeField {...props} />
        </Suspense>
      );
    case "date":
      return <DateField {...props} />;
    case "any":
      return <AnyField {...props} />;
    case "key_value":
      return <KeyValueField {...props} />;
    case "texts":
      return <TextsField {...props} />;
    case "list":
      return <ListField {...props} />;
    case "object": {
      const object: JsonObject = isObject(value) ? value : {};
      return (
        <fieldset
          disabled={isReadOnly}
          aria-labelledby={`${props.id}-label`}
          className="rounded-control border border-line p-2"
        >
          <ParamForm
            fields={field.fields}
            params={object}
            path={path}
            onChange={(name, part) => {
              const { [name]: _before, ...others } = object;
              const next = part === undefined ? others : { ...others, [name]: part };
              onChange(Object.keys(next).length > 0 ? next : undefined);
            }}
          />
        </fieldset>
      );
    }
    default:
      return <TextField {...props} />;
  }
}

function BooleanField({ id, field, value, onChange, onExpression }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  // Most booleans without a default are conditions, which only make sense as expressions.
  if (field.isRequired && value === undefined && onExpression)
    return (
      <button
        type="button"
        id={id}
        disabled={isReadOnly}
        onClick={onExpression}
        className="rounded-control border border-dashed border-line-strong px-2 py-1 text-left font-mono text-xs text-muted hover:bg-hover"
      >
        {field.hints.placeholder ?? "{{ … }}"}
      </button>
    );
  return (
    <Checkbox
      id={id}
      aria-labelledby={`${id}-label`}
      isDisabled={isReadOnly}
      isSelected={(value ?? field.schema.default) === true}
      onChange={onChange}
    />
  );
}
