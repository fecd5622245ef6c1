import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { VIEW_NAMES, type ViewName } from "./search";

const NAMES: Record<ViewName, string> = { table: "Table", json: "JSON", schema: "Schema" };

interface ViewChoiceProps {
  value: ViewName;
  onChange: (view: ViewName) => void;
}

/** How the items are shown. */
export function ViewChoice({ value, onChange }: ViewChoiceProps) {
  return (
    <ToggleButtonGroup
      aria-label="View"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key) onChange(key as ViewName);
      }}
      className="flex rounded-control border border-line-strong"
    >
      {VIEW_NAMES.map((name) => (
        <ToggleButton
          key={name}
          id={name}
          className="min-h-6 px-2 text-xs text-muted first:rounded-l-control last:rounded-r-control data-hovered:bg-hover data-selected:bg-accent-soft data-selected:font-semibold data-selected:text-text"
        >
          {NAMES[name]}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
