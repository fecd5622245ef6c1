import { clsx } from "clsx";
import { Check, ChevronDown } from "lucide-react";
import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from "react-aria-components";
import { INPUT, LABEL } from "./Field";

export interface Choice {
  id: string;
  label: string;
  /** One line more about it. */
  detail?: string | undefined;
}

export const LIST_POPOVER =
  "max-h-80 min-w-(--trigger-width) overflow-auto rounded-card border border-line bg-raised p-1 shadow-float";
export const OPTION =
  "flex min-h-7 items-center gap-2 rounded-control px-2 text-sm data-focused:bg-hover data-selected:font-semibold";

interface SelectProps {
  label: string;
  hideLabel?: boolean;
  help?: string | undefined;
  choices: readonly Choice[];
  value: string | null;
  onChange: (id: string) => void;
  placeholder?: string;
  isDisabled?: boolean;
  className?: string;
}

/** One of a few choices. */
export function Select({
  label,
  hideLabel = false,
  help,
  choices,
  value,
  onChange,
  placeholder = "Choose",
  isDisabled = false,
  className,
}: SelectProps) {
  return (
    <AriaSelect
      {...(hideLabel ? { "aria-label": label } : {})}
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      placeholder={placeholder}
      isDisabled={isDisabled}
      className={clsx("flex flex-col gap-1", className)}
    >
      {hideLabel ? null : <Label className={LABEL}>{label}</Label>}
      <Button className={clsx(INPUT, "flex min-h-7 items-center justify-between gap-1 text-left")}>
        <SelectValue className="truncate [&_[slot=description]]:hidden data-placeholder:text-muted" />
        <ChevronDown size={14} aria-hidden className="shrink-0 text-muted" />
      </Button>
      {help ? (
        <Text slot="description" className="text-xs text-muted">
          {help}
        </Text>
      ) : null}
      <Popover offset={4} className={LIST_POPOVER}>
        <ListBox items={choices} className="outline-none">
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={OPTION}>
              {({ isSelected }) => (
                <>
                  <span className="flex flex-1 flex-col">
                    <Text slot="label">{choice.label}</Text>
                    {choice.detail ? (
                      <Text slot="description" className="text-xs text-muted">
                        {choice.detail}
                      </Text>
                    ) : null}
                  </span>
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
