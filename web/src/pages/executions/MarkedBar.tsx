import { GitCompare, RotateCw, Square, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/app/useAccount";
import { hasEnded } from "@/live/execution";
import { Button, IconButton } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { Menu } from "@/ui/Menu";
import { ExportLink } from "./ExportLink";
import { canGoOn } from "./failed";
import { RetryItems } from "./RetryItems";
import type { ExecutionSummary } from "./types";
import { useCompare } from "./useCompare";
import { useMarkedActions } from "./useMarkedActions";

interface MarkedBarProps {
  marked: readonly ExecutionSummary[];
  onDone: () => void;
}

/** What can be done with the executions that are marked. */
export function MarkedBar({ marked, onDone }: MarkedBarProps) {
  const compare = useCompare();
  const mayStart = useMay("executions:start");
  const mayManage = useMay("executions:manage");
  const [isDeleting, setDeleting] = useState(false);
  const { retry, cancel, remove, isBusy } = useMarkedActions(onDone);
  const ended = marked.filter(({ status }) => hasEnded(status));
  const unfinished = ended.filter(({ status }) => canGoOn(status));
  const underWay = marked.filter(({ status }) => !hasEnded(status));
  return (
    <div
      role="toolbar"
      aria-label="The marked executions"
      className="mx-6 mb-3 flex flex-wrap items-center gap-2 rounded-card border border-accent bg-accent-soft px-3 py-1.5"
    >
      <span role="status" className="num mr-2 font-semibold">
        {marked.length} marked
      </span>
      <Button isDisabled={marked.length !== 2} onPress={() => compare(marked)}>
        <GitCompare size={14} aria-hidden /> Compare
      </Button>
      {mayStart ? (
        <Menu
          label="Retry"
          trigger={
            <Button isDisabled={isBusy || ended.length === 0}>
              <RotateCw size={14} aria-hidden /> Retry
            </Button>
          }
        >
          <RetryItems
            canGoOn={unfinished.length > 0}
            // Of those that succeeded nothing is left to be done.
            onRetry={(how) => void retry(how)(how.mode === "retry" ? unfinished : ended)}
          />
        </Menu>
      ) : null}
      {mayManage ? (
        <>
          <Button isDisabled={isBusy || underWay.length === 0} onPress={() => cancel(underWay)}>
            <Square size={14} aria-hidden /> Cancel
          </Button>
          <Button
            look="danger"
            isDisabled={isBusy || ended.length === 0}
            onPress={() => setDeleting(true)}
          >
            <Trash2 size={14} aria-hidden /> Delete
          </Button>
        </>
      ) : null}
      <ExportLink marked={marked} />
      <span className="flex-1" />
      <IconButton label="Mark none" onPress={onDone}>
        <X size={15} aria-hidden />
      </IconButton>
      <ConfirmDialog
        title={ended.length === 1 ? "Delete this execution?" : `Delete ${ended.length} executions?`}
        action="Delete"
        isOpen={isDeleting}
        onConfirm={() => remove(ended)}
        onClose={() => setDeleting(false)}
      >
        Their items, logs and requests are gone then. This can't be undone.
      </ConfirmDialog>
    </div>
  );
}
