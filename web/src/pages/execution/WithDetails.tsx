import { type ReactNode, useEffect } from "react";
import type { ExecutionDetails } from "@/editor/run/queries";
import { onDemand } from "@/ui/onDemand";
import { Splitter, useSize } from "@/ui/Splitter";
import type { ExecutionSearch } from "./search";

const SpanDetails = onDemand(() => import("./SpanDetails").then((module) => module.SpanDetails));

interface WithDetailsProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  search: ExecutionSearch;
  change: (next: ExecutionSearch) => void;
  children: ReactNode;
}

/** A view, and below it the details of the attempt or request that is looked at. */
export function WithDetails({ children, ...details }: WithDetailsProps) {
  const [height, setHeight] = useSize("execution.details", 300, 140, 620);
  const { span } = details.search;
  useEffect(() => SpanDetails.preload(), []);
  return (
    <>
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      {span ? (
        <>
          <Splitter
            label="Height of the details"
            size={height}
            onSize={setHeight}
            isMirrored
            isHorizontal
          />
          <div style={{ height }} className="flex max-h-2/3 min-h-0 shrink-0 flex-col">
            <SpanDetails key={span} span={span} {...details} />
          </div>
        </>
      ) : null}
    </>
  );
}
