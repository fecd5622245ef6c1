import { lazy, Suspense } from "react";
import { Checkbox } from "@/ui/Checkbox";
import { INPUT } from "@/ui/Field";
import { persistently } from "@/ui/persistently";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import { NumberField } from "./TextField";
import { converted, kindOfValue, VALUE_KINDS, type ValueKind } from "./values";

const JsonField = lazy(
  persistently(() => import("./JsonField").then((module) => ({ default: module.JsonField }))),
);

const NAMES: Record<ValueKind, string> = {
  text: "Text",
  number: "Number",
  boolean: "Yes or no",
  null: "Null",
  json: "JSON",
};

/** A value of any kind: what kind it is, and its editor. */
export function AnyField(props: PlainFieldProps) {
  const { field, value, onChange } = props;
  const { isReadOnly } = useForm();
  const kind = kindOfValue(value ?? undefined);
  return (
    <div className="flex items-start gap-1">
      <Select
        label={`Kind of ${field.label}`}
        hideLabel
        className="w-24 shrink-0"
        choices={VALUE_KINDS.map((one) => ({ id: one, label: NAMES[one] }))}
        value={kind}
        onChange={(next) => onChange(converted(value, next as ValueKind))}
        isDisabled={isReadOnly}
      />
      <div className="min-w-0 flex-1">
        <ValueEditor {...props} kind={kind} />
      </div>
    </div>
  );
}

function ValueEditor({ kind, ...props }: PlainFieldProps & { kind: ValueKind }) {
  const { id, field, value, onChange, onExpression } = props;
  const { isReadOnly } = useForm();
  switch (kind) {
    case "number":
      return <NumberField {...props} field={{ ...field, kind: "number" }} />;
    case "boolean":
      return (
        <Checkbox
          id={id}
          aria-label={field.label}
          isDisabled={isReadOnly}
          isSelected={value === true}
          onChange={onChange}
        >
          {value === true ? "true" : "false"}
        </Checkbox>
      );
    case "null":
      return (
        <p id={id} className="py-1 font-mono text-xs text-muted">
          null
        </p>
      );
    case "json":
      return (
        <Suspense fallback={<Skeleton lines={1} />}>
          <JsonField {...props} />
        </Suspense>
      );
    default:
      return (
        <input
          id={id}
          aria-label={field.label}
          className={INPUT}
          readOnly={isReadOnly}
          autoComplete="off"
          spellCheck={false}
          placeholder={field.hints.placeholder}
          value={typeof value === "string" ? value : ""}
          onKeyDown={(event) => {
            if (event.key === "=" && onExpression && event.currentTarget.value === "") {
              event.preventDefault();
              onExpression();
            }
          }}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
