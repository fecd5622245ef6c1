import { clsx } from "clsx";
import type { ReactNode, RefObject } from "react";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Keyboard,
  Popover,
  Separator,
  Text,
} from "react-aria-components";
import { type MenuItemProps, MenuPartsContext } from "./Menu";

interface MenuPopoverProps {
  id: string;
  label: string;
  button: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
  children: ReactNode;
}

/** The commands of a menu that is open. */
export function MenuPopover({ id, label, button, onClose, children }: MenuPopoverProps) {
  return (
    <MenuPartsContext value={MENU_PARTS}>
      <Popover
        aria-label={label}
        triggerRef={button}
        isOpen
        onOpenChange={(isOpen) => !isOpen && onClose()}
        placement="bottom start"
        offset={4}
        className="min-w-44 rounded-card border border-line bg-raised p-1 shadow-float"
      >
        <AriaMenu
          id={id}
          aria-label={label}
          autoFocus="first"
          onClose={onClose}
          className="outline-none"
        >
          {children}
        </AriaMenu>
      </Popover>
    </MenuPartsContext>
  );
}

function Item({ children, icon, shortcut, isDanger = false, ...rest }: MenuItemProps) {
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
      {/* Drawn by the style sheet: the keys describe the command, its name is the label alone. */}
      {shortcut ? (
        <Keyboard
          data-keys={shortcut}
          className="text-2xs text-muted before:content-[attr(data-keys)]"
        />
      ) : null}
    </AriaMenuItem>
  );
}

function Line() {
  return <Separator className="my-1 border-t border-line" />;
}

export const MENU_PARTS = { Item, Separator: Line };
