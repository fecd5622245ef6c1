import type { ReactNode } from "react";
import type { SpanChoice } from "@/editor/run/spans";
import { Checkbox } from "@/ui/Checkbox";

const SLOW_MS = 500;

interface TraceFilterProps {
  value: SpanChoice;
  onChange: (choice: SpanChoice) => void;
  /** What stands beside it. */
  children?: ReactNode;
}

/** Which attempts and requests are shown: those that fit everything that is ticked. */
export function TraceFilter({ value, onChange, children }: TraceFilterProps) {
  const { failed, kind, min_ms } = value;
  const toggle = (name: keyof SpanChoice, on: SpanChoice) => (isOn: boolean) => {
    const { [name]: _before, ...others } = value;
    onChange(isOn ? { ...others, ...on } : others);
  };
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 border-b border-line px-3 py-1">
      <fieldset aria-label="Show only" className="flex flex-wrap items-center gap-x-4">
        <Checkbox isSelected={failed ?? false} onChange={toggle("failed", { failed: true })}>
          Errors
        </Checkbox>
        <Checkbox isSelected={kind === "request"} onChange={toggle("kind", { kind: "request" })}>
          HTTP
        </Checkbox>
        <Checkbox
          isSelected={min_ms !== undefined}
          onChange={toggle("min_ms", { min_ms: SLOW_MS })}
        >
          {`> ${SLOW_MS} ms`}
        </Checkbox>
      </fieldset>
      {children}
    </div>
  );
}
