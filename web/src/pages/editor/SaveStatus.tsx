import { CloudAlert, CloudCheck, CloudOff, CloudUpload, GitMerge, Lock } from "lucide-react";
import { useEffect, useState } from "react";
import { useMay } from "@/app/useAccount";
import { type SaveState, useWorkflow } from "@/editor/document";
import { saver } from "@/editor/document/saver";
import { Button } from "@/ui/Button";

/** Whether what is here is on the server, in words. */
export function SaveStatus() {
  const save = useWorkflow((state) => state.save);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const mayWrite = useMay("workflows:write");
  useMinute();
  const {
    icon: Icon,
    text,
    color,
  } = isReadOnly
    ? { icon: Lock, text: mayWrite ? FROM_FILE : ONLY_READ, color: "text-muted" }
    : look(save);
  return (
    <div className="flex min-w-0 items-center gap-2">
      <p role="status" className={`flex min-w-0 items-center gap-1.5 text-xs ${color}`}>
        <Icon size={15} aria-hidden className="shrink-0" />
        <span className="truncate" title={text}>
          {text}
        </span>
      </p>
      {save.status === "offline" || save.status === "refused" ? (
        <Button look="quiet" className="min-h-6 text-xs" onPress={() => void saver()?.retry()}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}

const FROM_FILE = "From a file: change it there";
const ONLY_READ = "You may look at it; your role can't change it";

function look(save: SaveState) {
  switch (save.status) {
    case "saved":
      return { icon: CloudCheck, text: `Saved${ago(save.at)}`, color: "text-muted" };
    case "unsaved":
      return { icon: CloudUpload, text: "Not saved yet", color: "text-muted" };
    case "saving":
      return { icon: CloudUpload, text: "Saving…", color: "text-muted" };
    case "offline":
      return { icon: CloudOff, text: "Offline: changes are kept here", color: "text-warning" };
    case "conflict":
      return { icon: GitMerge, text: "Changed by somebody else, too", color: "text-warning" };
    case "refused": {
      const detail = save.signedOut ? "you are signed out; changes are kept here" : save.detail;
      return { icon: CloudAlert, text: `Not saved: ${detail}`, color: "text-danger" };
    }
  }
}

function ago(at: number | null): string {
  if (at === null) return "";
  const minutes = Math.floor((Date.now() - at) / 60_000);
  return minutes < 1 ? " just now" : ` ${minutes} min ago`;
}

/** Draw again each minute. */
function useMinute(): void {
  const [, setMinute] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setMinute((minute) => minute + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
}
