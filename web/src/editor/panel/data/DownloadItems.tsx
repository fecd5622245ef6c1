import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { textOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { type ItemSource, type ItemView, WINDOW_SIZE, windowQuery } from "./items";

interface DownloadItemsProps {
  source: ItemSource;
  view: ItemView;
  found: number;
}

/** More than this is read with `tidegate executions show`, which streams. */
const MOST = 100_000;

/** Saves the items that are shown as a file of JSON lines. */
export function DownloadItems({ source, view, found }: DownloadItemsProps) {
  const queryClient = useQueryClient();
  const download = useMutation({
    mutationFn: async () => {
      const parts: string[] = [];
      const windows = Math.ceil(Math.min(found, MOST) / WINDOW_SIZE);
      for (let number = 0; number < windows; number++) {
        const window = await queryClient.fetchQuery(windowQuery(source, view, number));
        parts.push(...window.items.map((item) => `${JSON.stringify(item.json)}\n`));
      }
      save(new Blob(parts, { type: "application/x-ndjson" }), `${source.node}.jsonl`);
    },
  });
  return (
    <Button
      look="quiet"
      isDisabled={download.isPending}
      onPress={() => download.mutate()}
      aria-label="Download as JSON lines"
    >
      <Download size={14} aria-hidden />
      {download.isError ? textOf(download.error) : download.isPending ? "Reading…" : "Download"}
    </Button>
  );
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
