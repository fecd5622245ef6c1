import { clsx } from "clsx";
import { Check, ChevronDown } from "lucide-react";
import {
  Select as AriaSelect,
  Button,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
import { INPUT } from "./Field";
import { type Choice, LIST_POPOVER, OPTION } from "./Select";

interface MultiSelectProps {
  label: string;
  choices: readonly Choice[];
  value: readonly string[];
  onChange: (ids: string[]) => void;
  /** What it means that none is chosen. */
  any: string;
  className?: string;
}

const ANY = "";

/** Any number of a few choices; its list stays open while one chooses. */
export function MultiSelect({ label, choices, value, onChange, any, className }: MultiSelectProps) {
  const shown = choices.filter(({ id }) => value.includes(id)).map((choice) => choice.label);
  return (
    <AriaSelect
      aria-label={label}
      selectionMode="multiple"
      value={value.length > 0 ? [...value] : [ANY]}
      onChange={(keys) => {
        const ids = keys.map(String);
        // Whoever chooses the entry for all of them takes the others back.
        const isAny = value.length > 0 && ids.includes(ANY);
        onChange(isAny ? [] : ids.filter((id) => id !== ANY));
      }}
      className={clsx("flex flex-col gap-1", className)}
    >
      <Button className={clsx(INPUT, "flex min-h-7 items-center justify-between gap-1 text-left")}>
        <SelectValue className="truncate">
          {() => (shown.length > 0 ? shown.join(", ") : any)}
        </SelectValue>
        <ChevronDown size={14} aria-hidden className="shrink-0 text-muted" />
      </Button>
      <Popover offset={4} className={LIST_POPOVER}>
        <ListBox items={[{ id: ANY, label: any }, ...choices]} className="outline-none">
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={OPTION}>
              {({ isSelected }) => (
                <>
                  <span className="flex-1">{choice.label}</span>
                  {isSelected ? <Check size={14} aria-hidden className="text-accent" /> : null}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
