import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { ButtonContext } from "react-aria-components";
import { onDemand } from "./onDemand";

/** What a menu is made of; its code comes after the first paint. */
interface MenuParts {
  Item: (props: MenuItemProps) => ReactElement;
  Separator: () => ReactElement;
}

export const MenuPartsContext = createContext<MenuParts | null>(null);

const MenuPopover = onDemand(() => import("./MenuPopover").then((module) => module.MenuPopover));

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  label: string;
}

/** A list of commands below a button. */
export function Menu({ trigger, children, label }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => MenuPopover.preload(), []);
  return (
    <>
      <ButtonContext
        value={{
          ref: button,
          "aria-haspopup": "menu",
          "aria-expanded": isOpen,
          onPress: () => setOpen((before) => !before),
          onKeyDown: (event) => {
            if (event.key === "ArrowDown" || event.key === "ArrowUp") setOpen(true);
            else event.continuePropagation();
          },
          ...(isOpen ? { "aria-controls": id } : {}),
        }}
      >
        {trigger}
      </ButtonContext>
      {isOpen ? (
        <MenuPopover id={id} label={label} button={button} onClose={() => setOpen(false)}>
          {children}
        </MenuPopover>
      ) : null}
    </>
  );
}

export interface MenuItemProps {
  children: string;
  onAction: () => void;
  icon?: ReactNode;
  shortcut?: string | undefined;
  isDanger?: boolean;
  isDisabled?: boolean;
}

/** One command of a menu. */
export function MenuItem(props: MenuItemProps) {
  const parts = useContext(MenuPartsContext);
  return parts && <parts.Item {...props} />;
}

export function MenuSeparator() {
  const parts = useContext(MenuPartsContext);
  return parts && <parts.Separator />;
}
