import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useAccount } from "@/app/useAccount";
import { say } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { saver } from "@/editor/document";
import { Button, IconButton } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { useCompany } from "./company";
import { usePublished } from "./usePublished";

interface Seen {
  hash: string | null;
  number: number | null;
}

/** Says that somebody else has published a version that is not what is looked at here. */
export function StaleBanner({ workflowId }: { workflowId: string }) {
  const me = useAccount().email;
  const { isKnown, hash, version, differs } = usePublished(workflowId);
  const known = useCompany((state) => (hash === null ? undefined : state.publishers[hash]));
  const by = known ?? version?.author;
  const number = version?.number ?? null;
  const [seen, setSeen] = useState<Seen | null>(null);
  const isNew = isKnown && hash !== null && seen !== null && seen.hash !== hash;
  const isMine = by === me;
  useEffect(() => {
    if (isKnown && seen === null) setSeen({ hash, number });
    if (!isNew || (differs && !isMine)) return;
    setSeen({ hash, number });
    if (!isMine) say(`v${number} was published by ${by}. It is what you see here.`);
  }, [isKnown, isNew, isMine, differs, seen, hash, number, by]);
  if (!isNew || !differs || isMine) return null;
  const close = () => setSeen({ hash, number });
  return (
    <div className="shrink-0 border-b border-line p-2">
      <Notice
        tone="warning"
        title={`v${number} was published by ${by}; you look at ${seen.number ? `v${seen.number}` : "what was here before"}`}
        action={
          <span className="flex shrink-0 gap-1">
            <Button look="quiet" onPress={() => ui().open({ kind: "versions" })}>
              Compare
            </Button>
            <Button
              onPress={() => {
                close();
                void saver()?.meet();
              }}
            >
              Show v{number}
            </Button>
            <IconButton label="Close this message" onPress={close}>
              <X size={16} aria-hidden />
            </IconButton>
          </span>
        }
      >
        {version?.note ? `“${version.note}”. ` : ""}Your own changes are kept.
      </Notice>
    </div>
  );
}
