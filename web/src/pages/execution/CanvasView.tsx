import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { readDocument, workflow } from "@/editor/document";
import type { ExecutionDetails } from "@/editor/run/queries";
import { versionQuery } from "@/pages/workflow/queries";
import { ErrorNotice } from "@/ui/Notice";
import { onDemand } from "@/ui/onDemand";
import { Skeleton } from "@/ui/Skeleton";
import { TimeTravel } from "./TimeTravel";

const PastCanvas = onDemand(() => import("./PastCanvas").then((module) => module.PastCanvas));

interface CanvasViewProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  /** The moment that is looked at: milliseconds; undefined is the end, or now while it runs. */
  time: number | undefined;
  onTime: (time: number | undefined) => void;
  onNode: (id: string) => void;
}

/** The workflow as it was run, with the state of each node at any moment of the execution. */
export function CanvasView({ execution, isEnded, time, onTime, onNode }: CanvasViewProps) {
  const version = useQuery(versionQuery(execution.workflow_id, execution.version_hash));
  const [isOpen, setOpen] = useState(false);
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
    <div className="flex min-h-0 flex-1 flex-col">
      <PastCanvas onNode={onNode} />
      <TimeTravel execution={execution} isEnded={isEnded} time={time} onTime={onTime} />
    </div>
  );
}
