import type { ReactElement } from "react";
import {
  Tooltip as AriaTooltip,
  type TooltipProps as AriaTooltipProps,
  TooltipTrigger,
} from "react-aria-components";

interface TooltipProps {
  text: string;
  shortcut?: string | undefined;
  placement?: NonNullable<AriaTooltipProps["placement"]>;
  children: ReactElement;
}

/** A short text beside whatever is pointed at or focused. */
export function Tooltip({ text, shortcut, placement = "top", children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip
        offset={6}
        placement={placement}
        className="rounded-control border border-line bg-raised px-2 py-1 text-xs text-text shadow-float"
      >
        {text}
        {shortcut ? <kbd className="ml-2 text-2xs text-muted">{shortcut}</kbd> : null}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
