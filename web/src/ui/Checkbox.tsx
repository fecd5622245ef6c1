import { clsx } from "clsx";
import { Check, Minus } from "lucide-react";
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaProps } from "react-aria-components";

interface CheckboxProps extends Omit<AriaProps, "className" | "children" | "style"> {
  children?: string;
  className?: string;
}

/** Yes or no. */
export function Checkbox({ children, className, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox
      {...rest}
      className={clsx(
        "group flex min-h-6 items-center gap-2 text-sm outline-none data-disabled:opacity-50",
        className,
      )}
    >
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="grid size-4 shrink-0 place-items-center rounded-[4px] border border-line-strong bg-bg text-on-accent group-data-focus-visible:outline-2 group-data-focus-visible:outline-accent group-data-selected:border-accent group-data-selected:bg-accent group-data-indeterminate:bg-accent">
            {isIndeterminate ? (
              <Minus size={12} strokeWidth={3} aria-hidden />
            ) : isSelected ? (
              <Check size={12} strokeWidth={3} aria-hidden />
            ) : null}
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}
