import { Copy } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { copyAs, FORMATS, type RequestPlace } from "./copyAs";

/** The menu that copies a request. */
export function CopyRequest(request: RequestPlace) {
  return (
    <Menu
      label="Copy the request"
      trigger={
        <IconButton label="Copy the request">
          <Copy size={14} aria-hidden />
        </IconButton>
      }
    >
      {Object.entries(FORMATS).map(([format, name]) => (
        <MenuItem
          key={format}
          onAction={() => void copyAs(format as keyof typeof FORMATS, request)}
        >
          {`Copy as ${name}`}
        </MenuItem>
      ))}
    </Menu>
  );
}
