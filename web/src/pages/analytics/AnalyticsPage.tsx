import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { useCrumbs } from "@/app/crumbs";
import { useChangeAddress } from "@/app/useChangeAddress";
import { useWorkflowNames } from "@/pages/executions/names";
import { WorkflowChoice } from "@/pages/executions/WorkflowChoice";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { Cards } from "./Cards";
import { HourTable } from "./HourTable";
import { FailingNodes, SlowNodes } from "./NodeTables";
import { OverTime } from "./OverTime";
import { analyticsQuery } from "./queries";
import { RANGES, type Range } from "./search";

/** How executions went over a range of time: counts, durations, what fails, what is slow. */
export function AnalyticsPage() {
  const search = useSearch({ from: "/shell/analytics" });
  const change = useChangeAddress();
  const found = useQuery(analyticsQuery(search));
  useCrumbs({ label: "Analytics" });
  const numbers = found.data;
  const nodes = [...(numbers?.failing_nodes ?? []), ...(numbers?.slow_nodes ?? [])];
  const names = useWorkflowNames(nodes.map((one) => one.workflow_id));
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-2 px-6 pt-5 pb-3">
        <h1 className="mr-auto text-lg">Analytics</h1>
        <WorkflowChoice className="w-52" value={search.wf} onChange={(wf) => change({ wf })} />
        <Select
          label="Time"
          hideLabel
          className="w-40"
          choices={Object.entries(RANGES).map(([id, { label }]) => ({ id, label }))}
          value={search.range ?? "day"}
          onChange={(range) => change({ range: range as Range })}
        />
      </header>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-6 pb-6"
      >
        {found.isError ? (
          <ErrorNotice
            title="The numbers can't be read"
            error={found.error}
            action={<Button onPress={() => void found.refetch()}>Try again</Button>}
          />
        ) : null}
        {found.isPending ? <Skeleton lines={10} /> : null}
        {numbers && !numbers.is_whole ? (
          <Notice>
            There are more executions than are looked at: these are the numbers of the newest{" "}
            {numbers.looked_at.toLocaleString("en")}. Choose a shorter time for all of them.
          </Notice>
        ) : null}
        {numbers && numbers.totals.executions === 0 ? (
          <EmptyState
            icon={<ChartColumn size={24} aria-hidden />}
            title="Nothing ran in this time"
            action={
              search.range === "month" ? null : (
                <Button onPress={() => change({ range: "month" })}>Show the last 30 days</Button>
              )
            }
          >
            How many executions succeed, how long they take and where they fail appears here.
          </EmptyState>
        ) : null}
        {numbers && numbers.totals.executions > 0 ? (
          <>
            <Cards now={numbers.totals} before={numbers.totals_before} workflow={search.wf} />
            <OverTime series={numbers.series} range={search.range ?? "day"} />
            <div className="grid gap-4 xl:grid-cols-2">
              <FailingNodes nodes={numbers.failing_nodes} names={names} />
              <SlowNodes nodes={numbers.slow_nodes} names={names} />
            </div>
            <HourTable hours={numbers.hours} />
          </>
        ) : null}
      </div>
    </main>
  );
}
