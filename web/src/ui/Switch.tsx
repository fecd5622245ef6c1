import { clsx } from "clsx";
import { type SwitchProps as AriaProps, Switch as AriaSwitch } from "react-aria-components";

interface SwitchProps extends Omit<AriaProps, "className" | "children" | "style"> {
  children?: string;
  className?: string;
}

/** On or off, at once. */
export function Switch({ children, className, ...rest }: SwitchProps) {
  return (
    <AriaSwitch
      {...rest}
      className={clsx(
        "group flex min-h-6 items-center gap-2 text-sm outline-none data-disabled:opacity-50",
        className,
      )}
    >
      <span className="flex h-4.5 w-8 items-center rounded-full border border-line-strong bg-bg p-0.5 group-data-focus-visible:outline-2 group-data-focus-visible:outline-accent group-data-selected:border-accent group-data-selected:bg-accent">
        <span className="size-3 rounded-full bg-line-strong transition-transform duration-100 group-data-selected:translate-x-3.5 group-data-selected:bg-on-accent" />
      </span>
      {children}
    </AriaSwitch>
  );
}
