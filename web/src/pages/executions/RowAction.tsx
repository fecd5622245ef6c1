import { RotateCw, Square } from "lucide-react";
import { useMay } from "@/app/useAccount";
import { hasEnded } from "@/live/execution";
import { IconButton } from "@/ui/Button";
import { Menu } from "@/ui/Menu";
import { canGoOn } from "./failed";
import { RetryItems } from "./RetryItems";
import type { ExecutionSummary } from "./types";
import { useMarkedActions } from "./useMarkedActions";

/** What one does most with one execution: end it, or start it again. */
export function RowAction({ execution }: { execution: ExecutionSummary }) {
  const mayStart = useMay("executions:start");
  const mayManage = useMay("executions:manage");
  const { retry, cancel, isBusy } = useMarkedActions(() => undefined);
  if (!hasEnded(execution.status))
    return mayManage ? (
      <IconButton
        label={`Cancel #${execution.number}`}
        isDisabled={isBusy}
        onPress={() => void cancel([execution])}
      >
        <Square size={14} aria-hidden />
      </IconButton>
    ) : null;
  if (!mayStart) return null;
  return (
    <Menu
      label="Retry"
      trigger={
        <IconButton label={`Retry #${execution.number}`} isDisabled={isBusy}>
          <RotateCw size={14} aria-hidden />
        </IconButton>
      }
    >
      <RetryItems
        canGoOn={canGoOn(execution.status)}
        onRetry={(how) => void retry(how)([execution])}
      />
    </Menu>
  );
}
