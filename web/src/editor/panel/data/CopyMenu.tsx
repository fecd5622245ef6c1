import { Copy } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { pathText } from "../expression/paths";
import type { JsonValue } from "../form/schema";

interface CopyMenuProps {
  /** What expressions call the value that holds it; null: `json`. */
  root: string | null;
  keys: readonly (string | number)[];
  value: JsonValue;
}

/** Copies a field of data: as an expression, its path, its value. Shown where one is (`group`). */
export function CopyMenu({ root, keys, value }: CopyMenuProps) {
  const path = pathText(root ?? "json", keys);
  const copy = (text: string) => void navigator.clipboard.writeText(text);
  return (
    <span className="ml-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
      <Menu
        label={`Copy ${path}`}
        trigger={
          <IconButton label={`Copy ${path}`} className="size-5 min-h-5">
            <Copy size={12} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onAction={() => copy(`{{ ${path} }}`)}>Copy as expression</MenuItem>
        <MenuItem onAction={() => copy(path)}>Copy path</MenuItem>
        <MenuItem
          onAction={() => copy(typeof value === "string" ? value : JSON.stringify(value, null, 2))}
        >
          Copy value
        </MenuItem>
      </Menu>
    </span>
  );
}
