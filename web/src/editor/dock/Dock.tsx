import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect } from "react";
import { useKeys } from "@/app/shortcuts/useKeys";
import { useWorkflow } from "@/editor/document";
import type { Look } from "@/editor/panel/look";
import { itemOf } from "@/editor/run/itemOf";
import type { StoredLogLine } from "@/editor/run/logs";
import { executionQuery } from "@/editor/run/queries";
import type { Span } from "@/editor/run/spans";
import { hasEnded, useLive } from "@/live/execution";
import { IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { onDemand } from "@/ui/onDemand";
import { Tabs } from "@/ui/Tabs";
import { Problems } from "./Problems";
import type { DockTab } from "./search";
import type { Opens } from "./showProblem";

const ExecutionChoice = onDemand(() =>
  import("./ExecutionChoice").then((module) => module.ExecutionChoice),
);
const Timeline = onDemand(() => import("./Timeline").then((module) => module.Timeline));
const LogView = onDemand(() => import("./LogView").then((module) => module.LogView));
const NetworkView = onDemand(() => import("./NetworkView").then((module) => module.NetworkView));

const NodeOutputs = onDemand(() => import("./NodeOutputs").then((module) => module.NodeOutputs));

interface DockProps {
  workflowId: string;
  execution: string | null;
  onExecution: (id: string) => void;
  /** What is opened for a problem of the draft. */
  opens: Opens;
  /** Shows a node, and its data where that is asked for. */
  onLook: (look: Look) => void;
  tab: DockTab;
  /** Opens it with this part, where it is not open. */
  onTab: (tab: DockTab) => void;
  isOpen: boolean;
  onToggle: () => void;
}

/** What stands below the canvas: how the shown execution went, and what is wrong with the draft. */
export function Dock(props: DockProps) {
  const { workflowId, execution, onExecution, opens, onLook, tab, onTab, isOpen, onToggle } = props;
  useEffect(() => {
    for (const part of [ExecutionChoice, Timeline, LogView, NetworkView, NodeOutputs])
      part.preload();
  }, []);
  const keys = useKeys();
  const live = useLive((state) => state.execution);
  const problems = useWorkflow((state) => state.problems);
  const refused = useLive((state) => state.refused);
  const status = live?.id === execution ? live?.status : undefined;
  const isEnded = hasEnded(status);
  const found = useQuery({ ...executionQuery(execution ?? ""), enabled: execution !== null });
  const lookAt = (span: Span) => onLook(lookOfSpan(span));
  const inExecution = (content: (id: string) => React.ReactNode) => () =>
    execution === null ? (
      <EmptyState title="Nothing has run yet">
        Run the workflow: every node, log line and request appears here while it happens.
      </EmptyState>
    ) : (
      content(execution)
    );
  return (
    <section aria-label="Execution" className="flex h-full min-h-0 flex-col bg-surface">
      <div className="relative flex min-h-0 flex-1">
        <Tabs
          label="Execution"
          selected={tab}
          onSelect={(id) => onTab(id as DockTab)}
          tabs={[
            {
              id: "timeline",
              title: "Timeline",
              content: inExecution((id) => (
                <Timeline key={id} execution={id} isEnded={isEnded} onSpan={lookAt} />
              )),
            },
            {
              id: "logs",
              title: "Logs",
              content: inExecution((id) => (
                <LogView
                  execution={id}
                  isEnded={isEnded}
                  onLine={(line) => line.node_id && onLook(lookOfLine(line.node_id, line))}
                />
              )),
            },
            {
              id: "network",
              title: "Network",
              content: inExecution((id) => (
                <NetworkView execution={id} isEnded={isEnded} onSpan={lookAt} onItem={lookAt} />
              )),
            },
            {
              id: "output",
              title: "Output",
              content: () => <NodeOutputs execution={execution} />,
            },
            {
              id: "problems",
              title: "Problems",
              badge: problems.length || null,
              content: () => <Problems opens={opens} />,
            },
          ]}
        />
        <div className="absolute top-0 right-2 flex h-8 items-center gap-2">
          <ExecutionChoice
            workflowId={workflowId}
            value={execution}
            onChange={onExecution}
            live={live}
          />
          <IconButton
            label={isOpen ? "Close the dock" : "Open the dock"}
            shortcut={keys("dock.toggle")}
            onPress={onToggle}
          >
            {isOpen ? <ChevronDown size={16} aria-hidden /> : <ChevronUp size={16} aria-hidden />}
          </IconButton>
        </div>
      </div>
      {refused !== null || found.isError ? (
        <ErrorNotice title="This execution can't be shown" error={found.error ?? refused} />
      ) : null}
    </section>
  );
}

/** What was for an item, or failed at it, leads to it in the input; the rest to what the node gave. */
function lookOfSpan({ node, iteration, details }: Span): Look {
  const item = itemOf(details) ?? itemOf(details.error);
  const side = item === undefined ? "output" : "input";
  return { node, iteration: iteration.join("."), item, side };
}

function lookOfLine(node: string, { path, data }: StoredLogLine): Look {
  const item = itemOf(data);
  const side = item === undefined ? "output" : "input";
  return { node, iteration: path.join("."), item, side };
}
