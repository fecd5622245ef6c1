import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { readDocument, workflow } from "@/editor/document";
import type { ExecutionDetails } from "@/editor/run/queries";
import { versionQuery } from "@/pages/workflow/queries";
import { ErrorNotice } from "@/ui/Notice";
import { onDemand } from "@/ui/onDemand";
import { Skeleton } from "@/ui/Skeleton";
import { Splitter, useSize } from "@/ui/Splitter";
import { TimeTravel } from "./TimeTravel";

const PastCanvas = onDemand(() => import("./PastCanvas").then((module) => module.PastCanvas));

interface CanvasViewProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  /** The moment that is looked at: milliseconds; undefined is the end, or now while it runs. */
  time: number | undefined;
  onTime: (time: number | undefined) => void;
  onNode: (id: string) => void;
  /** The node that is looked at, and the span of it. */
  node: string | null;
  span: string | undefined;
  /** What stands to the right of the canvas. */
  beside: ReactNode;
}

/** The workflow as it was run, with the state of each node at any moment of the execution. */
export function CanvasView(props: CanvasViewProps) {
  const { execution, isEnded, time, onTime, onNode, node, span, beside } = props;
  const version = useQuery(versionQuery(execution.workflow_id, execution.version_hash));
  const [isOpen, setOpen] = useState(false);
  const [width, setWidth] = useSize("execution.trace", 480, 320, 900);
  const document = version.data?.document;
  useEffect(() => {
    if (!document) return;
    // The canvas shows what the store holds; under this name nothing of it is ever saved.
    workflow().open(`execution ${execution.id}`, readDocument(document), true);
    setOpen(true);
  }, [document, execution.id]);
  if (version.error) return <ErrorNotice title="The canvas can't be shown" error={version.error} />;
  if (!isOpen) return <Skeleton lines={8} />;
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <PastCanvas onNode={onNode} node={node} span={span} />
        <TimeTravel execution={execution} isEnded={isEnded} time={time} onTime={onTime} />
      </div>
      {beside ? (
        <>
          <Splitter label="Width of the trace" size={width} onSize={setWidth} isMirrored />
          <div style={{ width }} className="flex min-h-0 shrink-0">
            {beside}
          </div>
        </>
      ) : null}
    </div>
  );
}
