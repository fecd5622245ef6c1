import { Check } from "lucide-react";
import { MenuItem as AriaMenuItem } from "react-aria-components";

interface ColumnChoiceProps {
  /** The columns that there are. */
  all: readonly string[];
  /** The columns that are shown; null for all. */
  value: string[] | null;
  onChange: (columns: string[] | null) => void;
}

/** Which columns the table shows. */
export function ColumnChoice({ all, value, onChange }: ColumnChoiceProps) {
  const shown = value ?? all;
  const toggle = (name: string) => {
    const next = all.filter((other) => shown.includes(other) !== (other === name));
    onChange(next.length === all.length || next.length === 0 ? null : next);
  };
  return all.map((name) => (
    <AriaMenuItem
      key={name}
      textValue={name}
      onAction={() => toggle(name)}
      className="flex min-h-7 items-center gap-2 rounded-control px-2 font-mono text-xs data-focused:bg-hover"
    >
      <span className="w-4">
        {shown.includes(name) ? <Check size={14} aria-label="shown" /> : null}
      </span>
      {name}
    </AriaMenuItem>
  ));
}
