import { Copy } from "lucide-react";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { toast } from "@/ui/toast";

const FORMATS = { curl: "cURL", httpx: "httpx code", har: "HAR" } as const;

interface CopyRequestProps {
  execution: string;
  node: string;
  seq: number;
}

/** Copies a request for use elsewhere; secrets in it are placeholders. */
export function CopyRequest({ execution, node, seq }: CopyRequestProps) {
  const copy = async (format: keyof typeof FORMATS) => {
    try {
      const text = await ask(
        api.GET("/api/v1/executions/{execution_id}/http_requests/export", {
          params: { path: { execution_id: execution }, query: { node, format, seq } },
          parseAs: "text",
        }),
      );
      await navigator.clipboard.writeText(String(text));
      toast("success", `Copied as ${FORMATS[format]}`);
    } catch (error) {
      toast("error", `Not copied: ${textOf(error)}`);
    }
  };
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
        <MenuItem key={format} onAction={() => void copy(format as keyof typeof FORMATS)}>
          {`Copy as ${name}`}
        </MenuItem>
      ))}
    </Menu>
  );
}
