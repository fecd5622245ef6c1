import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useState } from "react";
import { executionQuery } from "@/editor/run/queries";
import { around, attemptsQuery, iterationsOf, type Span } from "@/editor/run/spans";
import { hasEnded, useLive } from "@/live/execution";
import { useStatus } from "@/live/nodes";
import { IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import type { StoredError } from "@/ui/ErrorBox";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { NodeError } from "./NodeError";
import { OutputView } from "./OutputView";
import type { Side, ViewName } from "./search";
import { storedItems } from "./storedItems";
import { useSideView } from "./useSideView";

interface NodeOutputProps {
  execution: string;
  node: string;
  output: string;
  root: string | null;
  side: Side;
  usual?: ViewName;
  called?: string | undefined;
  /** The iteration that is shown as long as nobody chooses: this one, or the nearest around it. */
  near?: string | undefined;
}

/** What one output of a node gave in an execution: in a loop that of any iteration, else why nothing. */
export function NodeOutput({ execution, node, output, near: usual, ...view }: NodeOutputProps) {
  const [{ iteration: chosen }, change] = useSideView(view.side);
  const near = chosen ?? usual;
  const live = useLive((state) => (state.execution?.id === execution ? state.execution : null));
  const isEnded = live === null || hasEnded(live.status);
  const status = useStatus(node);
  const [asked, setAsked] = useState(near);
  const found = useQuery(attemptsQuery(execution, node, isEnded, asked));
  const { refetch } = found;
  // A node that has just ended is shown at once, not with the next look.
  useEffect(() => {
    if (!isEnded && status !== "idle") void refetch();
  }, [isEnded, status, refetch]);
  const iterations = iterationsOf(found.data ?? []);
  if (near !== undefined && near !== asked && !iterations.includes(near)) setAsked(near);
  if (found.isError)
    return <ErrorNotice title="What the node did can't be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={6} />;
  const last = found.data.at(-1);
  if (!last)
    return <NotRun isEnded={isEnded} {...{ execution, node, output, near: usual }} {...view} />;
  if (iterations.length === 0) return <NoOutput attempt={last} />;
  const wanted = near === undefined ? [] : around(near);
  const iteration = wanted.find((each) => iterations.includes(each)) ?? iterations.at(-1) ?? "";
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {iterations.length > 1 ? (
        <Iterations
          all={iterations}
          value={iteration}
          onChange={(next) => change({ iteration: next, item: undefined })}
        />
      ) : null}
      <OutputView
        key={iteration}
        source={storedItems({ execution, node, output, iteration })}
        {...view}
      />
    </div>
  );
}

/** Of an execution that goes on with the data of another one, what that one gave. */
function NotRun({ isEnded, execution, ...view }: NodeOutputProps & { isEnded: boolean }) {
  const found = useQuery(executionQuery(execution));
  const based = found.data?.based_on_id;
  if (based)
    return (
      <>
        <p className="px-2 pt-2 text-xs text-muted">
          It did not run this time: this is what it gave in the execution before, which this one
          goes on with.
        </p>
        <NodeOutput execution={based} {...view} />
      </>
    );
  return isEnded ? (
    <EmptyState title="It did not run">
      This node was not reached in this execution, or came into the workflow later.
    </EmptyState>
  ) : (
    <EmptyState title="Nothing yet">
      What the node gives appears here as soon as it is done.
    </EmptyState>
  );
}

function NoOutput({ attempt }: { attempt: Span }) {
  const error = attempt.details.error as StoredError | null;
  if (attempt.details.node_status === "skipped")
    return (
      <EmptyState title="It did not run">
        No item came to this node in this execution: the way to it was not taken.
      </EmptyState>
    );
  if (!error?.message)
    return <EmptyState title="No items">The node has given nothing in this execution.</EmptyState>;
  return <NodeError node={attempt.node} error={error} attempts={attempt.attempt} />;
}

interface IterationsProps {
  all: readonly string[];
  value: string;
  onChange: (iteration: string) => void;
}

/** Goes from one iteration of a loop to another. */
function Iterations({ all, value, onChange }: IterationsProps) {
  const at = all.indexOf(value);
  const go = (index: number) => {
    const next = all[index];
    if (next !== undefined) onChange(next);
  };
  return (
    <fieldset aria-label="Iteration" className="flex items-center gap-1 px-2 pt-2 text-xs">
      <IconButton label="Iteration before" isDisabled={at <= 0} onPress={() => go(at - 1)}>
        <ChevronLeft size={14} aria-hidden />
      </IconButton>
      <output className="num">
        #{value} <span className="text-muted">{`(${at + 1} of ${all.length})`}</span>
      </output>
      <IconButton
        label="Next iteration"
        isDisabled={at >= all.length - 1}
        onPress={() => go(at + 1)}
      >
        <ChevronRight size={14} aria-hidden />
      </IconButton>
    </fieldset>
  );
}
