import type { ReactNode } from "react";
import { Checkbox } from "@/ui/Checkbox";
import { ONLY, type Only, SLOW_MS } from "./search";

const LABELS: Record<Only, string> = { errors: "Errors", http: "HTTP", slow: `> ${SLOW_MS} ms` };

interface TraceFilterProps {
  value: readonly Only[];
  onChange: (only: Only[]) => void;
  /** What stands beside it. */
  children?: ReactNode;
}

/** Which attempts and requests are shown: those that fit everything that is ticked. */
export function TraceFilter({ value, onChange, children }: TraceFilterProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 border-b border-line px-3 py-1">
      <fieldset aria-label="Show only" className="flex flex-wrap items-center gap-x-4">
        {ONLY.map((name) => (
          <Checkbox
            key={name}
            isSelected={value.includes(name)}
            onChange={(isOn) =>
              onChange(ONLY.filter((each) => (each === name ? isOn : value.includes(each))))
            }
          >
            {LABELS[name]}
          </Checkbox>
        ))}
      </fieldset>
      {children}
    </div>
  );
}
