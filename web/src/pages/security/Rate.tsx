import { useQuery } from "@tanstack/react-query";
import { CountsOverTime } from "@/ui/chart/CountsOverTime";
import { rateQuery } from "./queries";
import type { SecuritySearch } from "./search";

/** The least bad at the bottom; each is told by its name too. */
const SEVERITY_COLORS = [
  { label: "low", color: "--status-idle" },
  { label: "medium", color: "--status-waiting" },
  { label: "high", color: "--status-failed" },
  { label: "critical", color: "--text" },
] as const;

interface RateProps {
  search: SecuritySearch;
  /** Takes the time that somebody chose in it: milliseconds since 1970. */
  onTime: (from: number, to: number) => void;
}

/** How many events that fit there were when, by severity. */
export function Rate({ search, onTime }: RateProps) {
  const found = useQuery(rateQuery(search));
  const hasTime = search.since !== undefined || search.from !== undefined;
  return (
    <CountsOverTime
      title={hasTime ? "Events over time" : "Events over time, last 24 hours"}
      parts={found.data?.parts}
      kinds={SEVERITY_COLORS}
      onTime={onTime}
    />
  );
}
