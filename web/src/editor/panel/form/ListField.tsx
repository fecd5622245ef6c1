import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { Button, IconButton } from "@/ui/Button";
import { INPUT } from "@/ui/Field";
import { useForm } from "./FormContext";
import { ParamForm } from "./ParamForm";
import type { PlainFieldProps } from "./PlainField";
import { type JsonObject, type JsonValue, newElement } from "./schema";
import { isObject, parsedNumber, shownText } from "./values";

/** A list of objects: a small form for each, which can be added, moved and removed. */
export function ListField({ id, field, path, value, onChange }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const rows: JsonObject[] = Array.isArray(value)
    ? value.map((row) => (isObject(row) ? row : {}))
    : [];
  const store = (next: JsonObject[]) => onChange(next.length > 0 ? next : undefined);
  const move = (from: number, to: number) => {
    const next = [...rows];
    const [row] = next.splice(from, 1);
    if (row) next.splice(to, 0, row);
    store(next);
  };
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, index) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          key={index}
          disabled={isReadOnly}
          className="rounded-control border border-line p-2"
        >
          <legend className="sr-only">{`${field.label} ${index + 1}`}</legend>
          <div className="mb-1 flex items-center justify-between">
            <span className="num text-2xs text-muted">{index + 1}</span>
            {isReadOnly ? null : (
              <span className="flex">
                <IconButton
                  label={`Move ${index + 1} up`}
                  isDisabled={index === 0}
                  onPress={() => move(index, index - 1)}
                >
                  <ArrowUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  label={`Move ${index + 1} down`}
                  isDisabled={index === rows.length - 1}
                  onPress={() => move(index, index + 1)}
                >
                  <ArrowDown size={14} aria-hidden />
                </IconButton>
                <IconButton
                  label={`Remove ${index + 1}`}
                  onPress={() => store(rows.filter((_, other) => other !== index))}
                >
                  <Trash2 size={14} aria-hidden />
                </IconButton>
              </span>
            )}
          </div>
          <ParamForm
            fields={field.fields}
            params={row}
            path={`${path}.${index}`}
            onChange={(name, part) => {
              const { [name]: _before, ...others } = row;
              const next = part === undefined ? others : { ...row, [name]: part };
              store(rows.map((other, place) => (place === index ? next : other)));
            }}
          />
        </fieldset>
      ))}
      {isReadOnly ? null : (
        <Button
          id={id}
          className="self-start"
          onPress={() => store([...rows, newElement(field.fields)])}
        >
          <Plus size={14} aria-hidden /> Add
        </Button>
      )}
    </div>
  );
}

/** A list of texts or numbers: one on each line. */
export function TextsField({ id, field, value, onChange }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const list = Array.isArray(value) ? value : [];
  const takesNumbers = field.schema.items?.anyOf?.some((part) => part.type === "integer") ?? false;
  return (
    <textarea
      id={id}
      className={INPUT}
      rows={Math.min(8, Math.max(2, list.length + 1))}
      readOnly={isReadOnly}
      spellCheck={false}
      placeholder={field.hints.placeholder ?? "one on each line"}
      value={list.map(shownText).join("\n")}
      onChange={(event) => {
        const text = event.target.value;
        onChange(
          text === "" ? undefined : text.split("\n").map((line) => entry(line, takesNumbers)),
        );
      }}
      onBlur={() => {
        const filled = list.filter((line) => line !== "");
        if (filled.length < list.length) onChange(filled.length > 0 ? filled : undefined);
      }}
    />
  );
}

function entry(line: string, takesNumbers: boolean): JsonValue {
  return takesNumbers ? (parsedNumber(line, true) ?? line) : line;
}
