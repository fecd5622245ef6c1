import { useQuery } from "@tanstack/react-query";
import { Download, Eye, EyeOff, File } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/ui/Button";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { bytes } from "@/ui/time";
import { headQuery, MOST_TEXT, previewOf } from "./files";
import type { ItemSource, StoredFile, StoredItem } from "./items";

interface FileListProps {
  item: StoredItem;
  source: ItemSource;
}

/** The files of an item: what they are, a look at pictures and texts, and the way to save them. */
export function FileList({ item, source }: FileListProps) {
  const { fileAddress } = source;
  const entries = Object.entries(item.files ?? {});
  if (entries.length === 0 || !fileAddress) return null;
  return (
    <ul aria-label="Files" className="flex flex-col gap-2 p-2">
      {entries.map(([field, file]) => (
        <FileEntry key={field} field={field} file={file} address={fileAddress(item.index, field)} />
      ))}
    </ul>
  );
}

interface FileEntryProps {
  field: string;
  file: StoredFile;
  address: string;
}

function FileEntry({ field, file, address }: FileEntryProps) {
  const [isOpen, setOpen] = useState(false);
  const kind = previewOf(file);
  const name = file.name || field;
  return (
    <li className="rounded-control border border-line bg-surface text-xs">
      <div className="flex items-center gap-2 px-2 py-1">
        <File size={14} aria-hidden className="shrink-0 text-muted" />
        <span className="font-mono font-semibold">{field}</span>
        <span className="min-w-0 truncate">{file.name ?? ""}</span>
        <span className="min-w-0 truncate text-muted">{file.content_type ?? "unknown kind"}</span>
        <span className="num shrink-0 text-muted">{bytes(file.size)}</span>
        <span className="flex-1" />
        {kind ? (
          <IconButton
            label={isOpen ? `Close ${name}` : `Look at ${name}`}
            aria-expanded={isOpen}
            onPress={() => setOpen(!isOpen)}
          >
            {isOpen ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
          </IconButton>
        ) : null}
        <a
          href={address}
          download={name}
          aria-label={`Download ${name}`}
          className="grid size-7 shrink-0 place-items-center rounded-control text-muted hover:bg-hover hover:text-text"
        >
          <Download size={14} aria-hidden />
        </a>
      </div>
      {isOpen && kind === "picture" ? <Picture address={address} name={name} /> : null}
      {isOpen && (kind === "sound" || kind === "film") ? (
        <Recording address={address} name={name} kind={kind} />
      ) : null}
      {isOpen && kind === "text" ? (
        <TextHead address={address} size={file.size ?? 0} name={name} />
      ) : null}
    </li>
  );
}

function Picture({ address, name }: { address: string; name: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken)
    return (
      <ErrorNotice
        title="The picture can't be shown"
        error="Its bytes are not kept any more, or are not a picture. Download it to look into it."
      />
    );
  return (
    <div className="border-t border-line p-2">
      <img
        src={address}
        alt={name}
        className="max-h-80 max-w-full rounded-control bg-bg"
        onError={() => setBroken(true)}
      />
    </div>
  );
}

interface RecordingProps {
  address: string;
  name: string;
  kind: "sound" | "film";
}

/** A sound or a film, which plays when somebody wants it to. */
function Recording({ address, name, kind }: RecordingProps) {
  const [isBroken, setBroken] = useState(false);
  const Player = kind === "sound" ? "audio" : "video";
  if (isBroken)
    return (
      <ErrorNotice
        title={`The ${kind} can't be played`}
        error="Its bytes are not kept any more, or this browser can't play them. Download it instead."
      />
    );
  return (
    <div className="border-t border-line p-2">
      <Player
        src={address}
        aria-label={name}
        controls
        preload="metadata"
        className="max-h-80 max-w-full"
        onError={() => setBroken(true)}
      />
    </div>
  );
}

function TextHead({ address, size, name }: { address: string; size: number; name: string }) {
  const head = useQuery(headQuery(address));
  if (head.isError) return <ErrorNotice title="The file can't be read" error={head.error} />;
  if (head.data === undefined) return <Skeleton lines={4} />;
  return (
    <section aria-label={`Text of ${name}`} className="border-t border-line">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="max-h-80 overflow-auto p-2 whitespace-pre-wrap"
      >
        {head.data}
      </pre>
      {size > MOST_TEXT ? (
        <p className="border-t border-line px-2 py-1 text-muted">
          The first {bytes(MOST_TEXT)} of {bytes(size)}. Download it for the rest.
        </p>
      ) : null}
    </section>
  );
}
