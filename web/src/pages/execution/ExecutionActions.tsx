import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { textOf } from "@/api/problem";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import type { ExecutionDetails } from "@/editor/run/queries";
import { useCancel } from "@/editor/run/useRun";
import { hasEnded } from "@/live/execution";
import { canGoOn } from "@/pages/executions/failed";
import { AGAIN, AGAIN_WITH_DRAFT, type Retry, RetryItems } from "@/pages/executions/RetryItems";
import { Button, buttonClass } from "@/ui/Button";
import { Menu } from "@/ui/Menu";
import { onDemand } from "@/ui/onDemand";
import { toast } from "@/ui/toast";
import { CompareMenu } from "./CompareMenu";
import { useRepeat } from "./useRepeat";

const RunFromDialog = onDemand(() =>
  import("./RunFromDialog").then((module) => module.RunFromDialog),
);

/** What can be done with an execution. */
export function ExecutionActions({ execution }: { execution: ExecutionDetails }) {
  const [isChoosing, setChoosing] = useState(false);
  const repeat = useRepeat(execution.id);
  const retry = (how: Retry) =>
    repeat.mutate(how, {
      onError: (error) => toast("error", `It was not started: ${textOf(error)}`),
    });
  const isEnded = hasEnded(execution.status);
  const mayRepeat = useMay("executions:start") && isEnded && !repeat.isPending;
  useShortcut("run.retry", () => retry(AGAIN), mayRepeat);
  useShortcut("run.retryDraft", () => retry(AGAIN_WITH_DRAFT), mayRepeat);
  return (
    <>
      {isEnded ? (
        <>
          <Menu label="Retry" trigger={<Button isDisabled={!mayRepeat}>Retry</Button>}>
            <RetryItems canGoOn={canGoOn(execution.status)} onRetry={retry} />
          </Menu>
          <Button isDisabled={!mayRepeat} onPress={() => setChoosing(true)}>
            Run from…
          </Button>
        </>
      ) : (
        <CancelButton execution={execution.id} />
      )}
      <CompareMenu execution={execution} />
      <Link
        to="/w/$workflowId"
        params={{ workflowId: execution.workflow_id }}
        search={{ exec: execution.id }}
        className={buttonClass()}
      >
        Open in the editor
      </Link>
      {isChoosing ? (
        <RunFromDialog execution={execution} onClose={() => setChoosing(false)} />
      ) : null}
    </>
  );
}

function CancelButton({ execution }: { execution: string }) {
  const cancel = useCancel();
  return (
    <Button
      look="danger"
      isDisabled={cancel.isPending}
      onPress={() =>
        cancel.mutate(execution, {
          onError: (error) => toast("error", `Not cancelled: ${textOf(error)}`),
        })
      }
    >
      Cancel
    </Button>
  );
}
