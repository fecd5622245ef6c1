import type { RefObject } from "react";
import { useListKeys } from "@/app/shortcuts/useListKeys";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import { hasEnded } from "@/live/execution";
import { hasFailed } from "./failed";
import { AGAIN, AGAIN_WITH_DRAFT } from "./RetryItems";
import type { ExecutionSummary } from "./types";
import { useMarkedActions } from "./useMarkedActions";

interface ExecutionKeys {
  list: RefObject<HTMLElement | null>;
  executions: readonly ExecutionSummary[];
  /** The ids of those that are marked. */
  marked: readonly string[];
  onMark: (marked: string[]) => void;
  onEnd: () => void;
}

/** The keys of the list of executions: they act on those that are marked, else on the current one. */
export function useExecutionKeys({ list, executions, marked, onMark, onEnd }: ExecutionKeys): void {
  const { current, go } = useListKeys(list, onEnd);
  const mayStart = useMay("executions:start");
  const { retry, isBusy } = useMarkedActions(() => onMark([]));
  const meant = () => {
    const ids = marked.length > 0 ? marked : [current()];
    return executions.filter(({ id, status }) => ids.includes(id) && hasEnded(status));
  };
  const withMeant = (work: (meant: ExecutionSummary[]) => unknown) => {
    const found = meant();
    if (found.length > 0 && !isBusy) void work(found);
  };
  useShortcut("list.nextError", () => {
    const at = executions.findIndex(({ id }) => id === current());
    const next = executions.slice(at + 1).find(({ status }) => hasFailed(status));
    if (next) go(next.id);
    else onEnd();
  });
  useShortcut("list.mark", () => {
    const id = current();
    if (id === null) return;
    onMark(marked.includes(id) ? marked.filter((each) => each !== id) : [...marked, id]);
  });
  useShortcut("run.retry", () => withMeant(retry(AGAIN)), mayStart);
  useShortcut("run.retryDraft", () => withMeant(retry(AGAIN_WITH_DRAFT)), mayStart);
}
