import { asStatus, StatusIcon, statusColor } from "@/ui/StatusIcon";
import { duration } from "@/ui/time";
import { COLUMNS } from "./SpanRow";
import { percentOf, type TimeView } from "./traceZoom";

/** When an execution was begun and ended, in milliseconds since it was created. */
export interface Whole {
  status: string;
  /** Null while it is in the queue. */
  begin: number | null;
  /** Until now, while it goes on. */
  end: number;
}

/** The execution as a whole, and how long it waited in the queue: the first rows of its trace. */
export function WholeRows({ whole, view }: { whole: Whole; view: TimeView }) {
  const queued = whole.begin ?? whole.end;
  return (
    <ol aria-label="The whole execution">
      <Row name="execution" status={whole.status} from={0} to={whole.end} view={view} />
      <Row name="queued" status="queued" from={0} to={queued} view={view} isInside />
    </ol>
  );
}

interface RowProps {
  name: string;
  status: string;
  from: number;
  to: number;
  view: TimeView;
  isInside?: boolean;
}

function Row({ name, status, from, to, view, isInside = false }: RowProps) {
  const left = percentOf(from, view);
  return (
    <li className={`${COLUMNS} h-6.5`}>
      <span className={`flex items-center gap-1 ${isInside ? "pl-9 text-muted" : "pl-4"}`}>
        {isInside ? null : <StatusIcon status={asStatus(status)} size={13} />}
        {name}
      </span>
      <span className="relative h-3 overflow-x-clip">
        <span
          className="absolute h-full rounded-[3px]"
          style={{
            left: `${left}%`,
            width: `${Math.max(0.3, percentOf(to, view) - left)}%`,
            backgroundColor: statusColor(asStatus(status)),
          }}
        />
      </span>
      <span className="num text-right text-muted">{duration(to - from)}</span>
      <span />
    </li>
  );
}
