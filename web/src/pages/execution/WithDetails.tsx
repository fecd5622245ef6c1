import type { ReactNode } from "react";
import type { ExecutionDetails } from "@/editor/run/queries";
import { Splitter, useSize } from "@/ui/Splitter";
import { SpanDetails } from "./SpanDetails";
import type { ExecutionSearch } from "./search";

interface WithDetailsProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  search: ExecutionSearch;
  change: (next: ExecutionSearch) => void;
  onItem: (index: number) => void;
  children: ReactNode;
}

/** A view, and below it the details of the attempt or request that is looked at. */
export function WithDetails({ children, ...details }: WithDetailsProps) {
  const [height, setHeight] = useSize("execution.details", 300, 140, 620);
  const { span } = details.search;
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
