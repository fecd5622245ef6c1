import { TextField } from "@/ui/Field";
import { Select } from "@/ui/Select";
import { Switch } from "@/ui/Switch";
import type { ValueField } from "./values";

/** The field of one value; secrets are not shown, and not remembered by the browser. */
export function ValueInput({
  field,
  value,
  onChange,
  isKept,
}: {
  field: ValueField;
  value: string;
  onChange: (value: string) => void;
  /** A credential that is changed needs all its values again: none comes back from the server. */
  isKept: boolean;
}) {
  const { label, kind, isRequired, help } = field;
  if (kind === "switch")
    return (
      <Switch isSelected={value === "true"} onChange={(on) => onChange(String(on))}>
        {label}
      </Switch>
    );
  if (kind === "choice")
    return (
      <Select
        label={label}
        choices={field.choices.map((id) => ({ id, label: id }))}
        value={value || field.first}
        onChange={onChange}
        help={help}
      />
    );
  const placeholder = isKept && field.isSecret ? "type it again" : undefined;
  if (kind === "pairs")
    return (
      <TextField
        label={label}
        rows={4}
        mono
        value={value}
        onChange={onChange}
        placeholder="X-Api-Key: the secret value"
        help="One on each line: name: value."
      />
    );
  if (kind === "long")
    return (
      <TextField
        label={label}
        rows={5}
        mono
        value={value}
        onChange={onChange}
        isRequired={isRequired}
        placeholder={placeholder ?? "-----BEGIN …"}
        help={help}
      />
    );
  return (
    <TextField
      label={label}
      type={kind === "secret" ? "password" : "text"}
      autoComplete={kind === "secret" ? "new-password" : "off"}
      value={value}
      onChange={onChange}
      isRequired={isRequired}
      placeholder={placeholder}
      help={help}
    />
  );
}
