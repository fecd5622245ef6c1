import { clsx } from "clsx";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { duration } from "@/ui/time";
import type { Ordered, Side } from "./order";

interface NodeChoiceProps {
  nodes: readonly Ordered[];
  chosen: Ordered;
  onChoose: (node: Ordered) => void;
}

/** The nodes, those that differ most first, with a bar for each of the two durations. */
export function NodeChoice({ nodes, chosen, onChoose }: NodeChoiceProps) {
  const longest = Math.max(
    1,
    ...nodes.flatMap(({ first, second }) => [first?.duration_ms ?? 0, second?.duration_ms ?? 0]),
  );
  return (
    <nav aria-label="Nodes" className="w-96 shrink-0 overflow-auto border-r border-line">
      <ul>
        {nodes.map((one) => (
          <li key={[one.node, ...one.iteration].join(".")}>
            <button
              type="button"
              aria-current={one === chosen ? "true" : undefined}
              className={clsx(
                "flex w-full flex-col gap-1 border-b border-line px-3 py-2 text-left text-sm",
                one === chosen ? "bg-accent-soft" : "hover:bg-hover",
              )}
              onClick={() => onChoose(one)}
            >
              <span className="flex w-full items-baseline gap-2">
                <span className="truncate font-semibold">{one.node}</span>
                {one.iteration.length > 0 ? (
                  <span className="num text-xs text-muted">#{one.iteration.join(".")}</span>
                ) : null}
                <span
                  className={clsx(
                    "ml-auto truncate text-xs",
                    one.differs.length > 0 ? "text-warning" : "text-muted",
                  )}
                >
                  {one.differs.join(", ") || "the same"}
                </span>
              </span>
              <SideLine letter="A" side={one.first} longest={longest} />
              <SideLine letter="B" side={one.second} longest={longest} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface SideLineProps {
  letter: string;
  side: Side | null;
  longest: number;
}

function SideLine({ letter, side, longest }: SideLineProps) {
  return (
    <span className="grid w-full grid-cols-[1rem_6.5rem_1fr_4.5rem] items-center gap-2 text-xs">
      <span className="text-muted">{letter}</span>
      {side ? (
        <>
          <StatusIcon status={asStatus(side.status)} size={12} withWord />
          <span aria-hidden className="h-1.5 rounded-full bg-hover">
            <span
              className="block h-full rounded-full bg-line-strong"
              style={{ width: `${(100 * (side.duration_ms ?? 0)) / longest}%` }}
            />
          </span>
          <span className="num text-right text-muted">{duration(side.duration_ms)}</span>
        </>
      ) : (
        <span className="col-span-3 text-muted">did not run</span>
      )}
    </span>
  );
}
