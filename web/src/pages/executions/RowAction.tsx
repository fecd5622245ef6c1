import { RotateCw, Square } from "lucide-react";
import { useMay } from "@/app/useAccount";
import { hasEnded } from "@/live/execution";
import { IconButton } from "@/ui/Button";
import type { ExecutionSummary } from "./types";
import { useMarkedActions } from "./useMarkedActions";

/** What one does most with one execution: end it, or start it again. */
export function RowAction({ execution }: { execution: ExecutionSummary }) {
  const mayStart = useMay("executions:start");
  const mayManage = useMay("executions:manage");
  const { retry, cancel, isBusy } = useMarkedActions(() => undefined);
  const isEnded = hasEnded(execution.status);
  if (isEnded ? !mayStart : !mayManage) return null;
  return (
    <IconButton
      label={`${isEnded ? "Retry" : "Cancel"} #${execution.number}`}
      isDisabled={isBusy}
      onPress={() => void (isEnded ? retry : cancel)([execution])}
    >
      {isEnded ? <RotateCw size={14} aria-hidden /> : <Square size={14} aria-hidden />}
    </IconButton>
  );
}
