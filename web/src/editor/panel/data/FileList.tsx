import { File } from "lucide-react";
import { bytes } from "@/ui/time";
import type { StoredItem } from "./items";

/** The files of an item: their names, kinds and sizes. */
export function FileList({ files }: { files: StoredItem["files"] }) {
  const entries = Object.entries(files ?? {});
  if (entries.length === 0) return null;
  return (
    <ul aria-label="Files" className="flex flex-wrap gap-2 p-2">
      {entries.map(([field, file]) => (
        <li
          key={field}
          className="flex items-center gap-2 rounded-control border border-line px-2 py-1 text-xs"
        >
          <File size={14} aria-hidden className="text-muted" />
          <span className="font-mono font-semibold">{field}</span>
          <span>{file.name ?? ""}</span>
          <span className="text-muted">{file.content_type ?? "unknown kind"}</span>
          <span className="num text-muted">{bytes(file.size)}</span>
        </li>
      ))}
    </ul>
  );
}
