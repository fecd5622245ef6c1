import { MultiSelect } from "@/ui/MultiSelect";
import { STATUSES } from "./search";

interface StatusChoiceProps {
  value: readonly string[] | undefined;
  onChange: (statuses: string[] | undefined) => void;
}

const CHOICES = STATUSES.map((status) => ({ id: status, label: status }));

/** Any number of statuses; none: all of them. */
export function StatusChoice({ value = [], onChange }: StatusChoiceProps) {
  return (
    <MultiSelect
      label="Status"
      any="any status"
      className="w-36"
      choices={CHOICES}
      value={value}
      onChange={(chosen) => onChange(chosen.length > 0 ? chosen : undefined)}
    />
  );
}
