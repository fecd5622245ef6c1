import { Timeline } from "@/editor/dock/Timeline";
import type { ExecutionSearch } from "./search";
import type { GoTo } from "./useGoTo";

interface TraceViewProps {
  execution: string;
  isEnded: boolean;
  search: ExecutionSearch;
  goTo: GoTo;
}

/** Every attempt and request of the execution, with the one that is looked at, and the moment. */
export function TraceView({ execution, isEnded, search, goTo }: TraceViewProps) {
  return (
    <section aria-label="Trace" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Timeline
        key={execution}
        execution={execution}
        isEnded={isEnded}
        onSpan={goTo.span}
        selected={search.span}
        cursor={search.t}
      />
    </section>
  );
}
