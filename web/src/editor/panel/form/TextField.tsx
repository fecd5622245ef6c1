import { INPUT } from "@/ui/Field";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import { useTyped } from "./useTyped";
import { parsedNumber, shownText } from "./values";

/** Text on one line or several. */
export function TextField({ id, field, value, onChange, onExpression }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const given = value ?? field.schema.default;
  const shared = {
    id,
    readOnly: isReadOnly,
    placeholder: field.hints.placeholder,
    spellCheck: false,
    value: given === undefined || given === null ? "" : shownText(given),
    onKeyDown: (event: React.KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      if (event.key === "=" && onExpression && event.currentTarget.value === "") {
        event.preventDefault();
        onExpression();
      }
    },
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const text = event.target.value;
      onChange(text === "" && (field.isNullable || !field.isRequired) ? undefined : text);
    },
  };
  return field.kind === "multiline" ? (
    <textarea {...shared} rows={4} className={INPUT} />
  ) : (
    <input
      {...shared}
      type={field.hints.sensitive ? "password" : "text"}
      autoComplete="off"
      className={INPUT}
    />
  );
}

/** A number; what is no number stays in the field, is not stored, and says so. */
export function NumberField({ id, field, value, onChange, onExpression }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const typed = useTyped(value);
  const { minimum, maximum, exclusiveMinimum } = field.schema;
  const given = value ?? (field.isNullable ? undefined : field.schema.default);
  const isInteger = field.kind === "integer";
  const shown = typed.text ?? (typeof given === "number" ? String(given) : "");
  const number = shown === "" ? null : parsedNumber(shown, isInteger);
  const problem = number === undefined ? "This is not a number." : limits(number, field.schema);
  return (
    <>
      <input
        id={id}
        className={INPUT}
        inputMode="decimal"
        autoComplete="off"
        readOnly={isReadOnly}
        placeholder={field.hints.placeholder ?? (field.isNullable ? "none" : undefined)}
        value={shown}
        aria-invalid={problem !== ""}
        aria-describedby={problem ? `${id}-problem` : undefined}
        title={range(minimum ?? exclusiveMinimum, maximum)}
        onKeyDown={(event) => {
          if (event.key === "=" && onExpression && shown === "") {
            event.preventDefault();
            onExpression();
          }
        }}
        onChange={(event) => {
          const text = event.target.value;
          const next = text === "" ? undefined : (parsedNumber(text, isInteger) ?? value);
          typed.keep(text, next);
          onChange(next);
        }}
        onBlur={() => number !== undefined && typed.forget()}
      />
      {problem ? (
        <p id={`${id}-problem`} className="text-xs text-danger">
          {problem}
        </p>
      ) : null}
    </>
  );
}

function limits(number: number | null, schema: PlainFieldProps["field"]["schema"]): string {
  if (number === null) return "";
  if (schema.minimum !== undefined && number < schema.minimum)
    return `The smallest value is ${schema.minimum}.`;
  if (schema.exclusiveMinimum !== undefined && number <= schema.exclusiveMinimum)
    return `It must be more than ${schema.exclusiveMinimum}.`;
  if (schema.maximum !== undefined && number > schema.maximum)
    return `The largest value is ${schema.maximum}.`;
  return "";
}

function range(from: number | undefined, to: number | undefined): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  return `${from ?? "…"} to ${to ?? "…"}`;
}
