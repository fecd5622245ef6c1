import { CalendarClock } from "lucide-react";
import { useRef } from "react";
import { IconButton } from "@/ui/Button";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";
import { TextField } from "./TextField";
import { parsedNumber } from "./values";

/** A day and time as ISO 8601 text, typed or chosen; digits alone count from 1970. */
export function DateField(props: PlainFieldProps) {
  const { field, value, onChange } = props;
  const { isReadOnly } = useForm();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <div className="relative flex items-center gap-1">
      <div className="min-w-0 flex-1">
        <TextField
          {...props}
          onChange={(text) =>
            onChange(typeof text === "string" ? (parsedNumber(text, false) ?? text) : text)
          }
        />
      </div>
      <IconButton
        label={`Choose a day and time for ${field.label}`}
        isDisabled={isReadOnly}
        onPress={() => chooser.current?.showPicker()}
      >
        <CalendarClock size={14} aria-hidden />
      </IconButton>
      <input
        ref={chooser}
        type="datetime-local"
        tabIndex={-1}
        aria-hidden
        className="pointer-events-none absolute right-0 bottom-0 size-px opacity-0"
        value={typeof value === "string" ? value.slice(0, 16) : ""}
        onChange={(event) => event.target.value && onChange(event.target.value)}
      />
    </div>
  );
}
