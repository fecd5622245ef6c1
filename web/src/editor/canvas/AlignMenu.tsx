import { ChevronRight } from "lucide-react";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Popover,
  SubmenuTrigger,
  Text,
} from "react-aria-components";
import type { Alignment } from "@/editor/document";
import { MenuItem, MenuSeparator } from "@/ui/Menu";
import { alignSelection } from "./actions";
import { later } from "./menuCommands";

const WAYS: readonly (readonly [Alignment, string])[] = [
  ["left", "Align left"],
  ["center", "Align center"],
  ["right", "Align right"],
  ["top", "Align top"],
  ["middle", "Align middle"],
  ["bottom", "Align bottom"],
];
const SPREADS: readonly (readonly [Alignment, string])[] = [
  ["columns", "Spread evenly across"],
  ["rows", "Spread evenly down"],
];

/** Brings the selected nodes into line, or the same way apart. */
export function AlignMenu() {
  const item = ([to, label]: readonly [Alignment, string]) => (
    <MenuItem key={to} onAction={later(() => alignSelection(to))}>
      {label}
    </MenuItem>
  );
  return (
    <SubmenuTrigger>
      <AriaMenuItem
        textValue="Align"
        className="flex min-h-7 cursor-default items-center gap-2 rounded-control px-2 text-sm data-focused:bg-hover"
      >
        <Text slot="label" className="flex-1">
          Align
        </Text>
        <ChevronRight size={14} aria-hidden className="text-muted" />
      </AriaMenuItem>
      <Popover
        aria-label="Align"
        offset={-2}
        className="min-w-44 rounded-card border border-line bg-raised p-1 shadow-float"
      >
        <AriaMenu aria-label="Align" className="outline-none">
          {WAYS.map(item)}
          <MenuSeparator />
          {SPREADS.map(item)}
        </AriaMenu>
      </Popover>
    </SubmenuTrigger>
  );
}
