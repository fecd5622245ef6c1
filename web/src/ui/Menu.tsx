import { clsx } from "clsx";
import type { ReactElement, ReactNode } from "react";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Keyboard,
  MenuTrigger,
  Popover,
  Separator,
  Text,
} from "react-aria-components";

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  label: string;
}

/** A list of commands below a button. */
export function Menu({ trigger, children, label }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover
        offset={4}
        className="min-w-44 rounded-card border border-line bg-raised p-1 shadow-float"
      >
        <AriaMenu aria-label={label} className="outline-none">
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

interface MenuItemProps {
  children: string;
  onAction: () => void;
  icon?: ReactNode;
  shortcut?: string;
  isDanger?: boolean;
  isDisabled?: boolean;
}

/** One command. */
export function MenuItem({ children, icon, shortcut, isDanger = false, ...rest }: MenuItemProps) {
  return (
    <AriaMenuItem
      {...rest}
      textValue={children}
      className={clsx(
        "flex min-h-7 cursor-default items-center gap-2 rounded-control px-2 text-sm data-focused:bg-hover data-disabled:opacity-50",
        isDanger && "text-danger",
      )}
    >
      {icon ? <span className="text-muted">{icon}</span> : null}
      <Text slot="label" className="flex-1">
        {children}
      </Text>
      {shortcut ? <Keyboard className="text-2xs text-muted">{shortcut}</Keyboard> : null}
    </AriaMenuItem>
  );
}

export function MenuSeparator() {
  return <Separator className="my-1 border-t border-line" />;
}
