import { Select } from "@/ui/Select";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import { shownText } from "./values";

/** One of the values that the node type names. */
export function ChoiceField({ field, value, onChange }: PlainFieldProps) {
  const { isReadOnly } = useForm();
  const given = value ?? field.schema.default;
  const choices = field.choices.map((choice) => ({ id: shownText(choice), label: words(choice) }));
  if (field.isNullable) choices.unshift({ id: "", label: "None" });
  return (
    <Select
      label={field.label}
      hideLabel
      choices={choices}
      value={
        given === undefined || given === null ? (field.isNullable ? "" : null) : shownText(given)
      }
      onChange={(id) =>
        onChange(id === "" ? undefined : field.choices.find((one) => shownText(one) === id))
      }
      isDisabled={isReadOnly}
    />
  );
}

/** `by_position` as people read it; what is written in capitals stays as it is. */
function words(choice: unknown): string {
  const text = String(choice);
  return text === text.toLowerCase() ? text.replaceAll("_", " ") : text;
}
