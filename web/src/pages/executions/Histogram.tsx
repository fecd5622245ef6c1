import { useQuery } from "@tanstack/react-query";
import { CountsOverTime } from "@/ui/chart/CountsOverTime";
import { STATUS_COLORS } from "./colors";
import { histogramQuery } from "./queries";
import type { ExecutionsSearch } from "./search";

interface HistogramProps {
  search: ExecutionsSearch;
  /** Takes the time that somebody chose in it: milliseconds since 1970. */
  onTime: (from: number, to: number) => void;
}

/** When the executions that fit began, by status. */
export function Histogram({ search, onTime }: HistogramProps) {
  const found = useQuery(histogramQuery(search));
  const hasTime = search.since !== undefined || search.from !== undefined;
  return (
    <CountsOverTime
      title={hasTime ? "When they began" : "When they began, last 24 hours"}
      parts={found.data?.parts}
      kinds={STATUS_COLORS}
      onTime={onTime}
    />
  );
}
