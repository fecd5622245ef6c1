import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { Tooltip } from "./Tooltip";

type Look = "solid" | "outline" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  solid: "bg-accent text-on-accent hover:brightness-110",
  outline: "border border-line-strong bg-surface text-text hover:bg-hover",
  quiet: "text-muted hover:bg-hover hover:text-text",
  danger: "border border-danger text-danger hover:bg-danger-soft",
};

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "children" | "style"> {
  look?: Look;
  children: ReactNode;
  className?: string;
}

/** What makes something look like a button, such as a link. */
export function buttonClass(look: Look = "outline", className?: string): string {
  return clsx(
    "inline-flex min-h-7 shrink-0 cursor-default items-center justify-center gap-1.5 rounded-control px-2.5 text-sm font-semibold whitespace-nowrap",
    "data-disabled:opacity-50 data-pressed:brightness-90",
    LOOKS[look],
    className,
  );
}

/** A button with a text. */
export function Button({ look = "outline", className, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={buttonClass(look, className)}>
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "aria-label"> {
  /** What it does: read aloud, and shown when somebody points at it. */
  label: string;
  /** The key that does the same, shown with the label. */
  shortcut?: string | undefined;
}

/** A button that is only an icon; its label is shown as a tooltip. */
export function IconButton({
  label,
  shortcut,
  look = "quiet",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <Button
        {...rest}
        look={look}
        aria-label={label}
        className={clsx("size-7 px-0! [&_svg]:shrink-0", className)}
      />
    </Tooltip>
  );
}
