import { Link } from "@tanstack/react-router";
import { Figure } from "@/ui/Figure";
import { duration } from "@/ui/time";
import { change, percent, type Totals } from "./queries";

interface CardsProps {
  now: Totals;
  before: Totals;
  /** The workflow whose numbers these are; undefined: those of all. */
  workflow: string | undefined;
}

/** The numbers that matter most, each with how it changed against the range before. */
export function Cards({ now, before, workflow }: CardsProps) {
  const failed = ({ counts }: Totals) => (counts.failed ?? 0) + (counts.crashed ?? 0);
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Figure label="Executions" note={noteOf(now.executions, before.executions)}>
        {now.executions.toLocaleString("en")}
      </Figure>
      <Figure
        label="Succeeded"
        note={
          before.succeeded_share === null ? NOTHING : `${percent(before.succeeded_share)} before`
        }
      >
        {percent(now.succeeded_share)}
      </Figure>
      <Figure label="Failed" note={noteOf(failed(now), failed(before))}>
        {failed(now).toLocaleString("en")}
      </Figure>
      <Figure label="Duration, median" note={noteOf(now.p50_ms, before.p50_ms)}>
        {duration(now.p50_ms)}
      </Figure>
      <Figure label="Duration, 95th percentile" note={noteOf(now.p95_ms, before.p95_ms)}>
        {duration(now.p95_ms)}
      </Figure>
      <Figure
        label="Time saved"
        note={
          now.minutes_saved === null ? (
            <HowToSay workflow={workflow} />
          ) : (
            noteOf(now.minutes_saved, before.minutes_saved)
          )
        }
      >
        {now.minutes_saved === null ? "–" : duration(now.minutes_saved * MINUTE_MS)}
      </Figure>
    </dl>
  );
}

const MINUTE_MS = 60_000;
const LINK = "text-accent underline";

/** What makes the time known that executions save. */
function HowToSay({ workflow }: { workflow: string | undefined }) {
  return (
    <>
      Say how many minutes one saves in the{" "}
      {workflow === undefined ? (
        <>
          settings of a{" "}
          <Link to="/workflows" className={LINK}>
            workflow
          </Link>
        </>
      ) : (
        <Link to="/w/$workflowId/settings" params={{ workflowId: workflow }} className={LINK}>
          settings of the workflow
        </Link>
      )}
    </>
  );
}

const NOTHING = "nothing before to compare with";

function noteOf(now: number | null, before: number | null): string {
  const changed = change(now, before);
  if (changed === null) return NOTHING;
  return changed === "as before" ? changed : `${changed} against before`;
}
