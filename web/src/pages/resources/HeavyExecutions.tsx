import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { api, ask } from "@/api/client";
import { useChangeAddress } from "@/app/useChangeAddress";
import { useWorkflowNames } from "@/pages/executions/names";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { TableTitles } from "@/ui/TableTitles";
import { bytes, duration } from "@/ui/time";

const HOUR_MS = 3_600_000;
const BY = [
  { id: "memory_used", label: "by memory" },
  { id: "cpu_time", label: "by CPU time" },
] as const;
const TITLES = ["Execution", "Status", "Memory at its peak", "CPU", "Requests", "Duration"];

/** The executions of the last hour that used the most. */
export function HeavyExecutions() {
  const { by = "memory_used" } = useSearch({ from: "/shell/resources" });
  const change = useChangeAddress();
  const found = useQuery({
    queryKey: ["executions", "heaviest", by],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/executions/heaviest", {
          params: { query: { by, from: (Date.now() - HOUR_MS) * 1_000 } },
          signal,
        }),
      ),
    refetchInterval: 10_000,
  });
  const names = useWorkflowNames((found.data ?? []).map((one) => one.workflow_id));
  if (found.isError)
    return <ErrorNotice title="What executions used can't be read" error={found.error} />;
  return (
    <section aria-label="Executions" className="rounded-card border border-line bg-surface p-3">
      <div className="flex items-center gap-2 pb-2">
        <h2 className="mr-auto text-sm">Executions that used the most in the last hour</h2>
        <Select
          label="Order"
          hideLabel
          className="w-36"
          choices={[...BY]}
          value={by}
          onChange={(id) => change({ by: id === "cpu_time" ? id : undefined })}
        />
      </div>
      {found.data?.length ? (
        <table aria-label="Executions that used the most" className="w-full text-sm">
          <TableTitles titles={TITLES} className="text-xs" />
          <tbody>
            {found.data.map((one) => (
              <tr key={one.id} className="border-t border-line">
                <th scope="row" className="px-2 py-1 text-left font-normal">
                  <Link
                    to="/executions/$executionId"
                    params={{ executionId: one.id }}
                    className="hover:text-accent hover:underline"
                  >
                    #{one.number} {names.get(one.workflow_id) ?? "a workflow"}
                  </Link>
                </th>
                <td className="px-2">
                  <StatusIcon status={asStatus(one.status)} withWord />
                </td>
                <td className="num px-2">{bytes(one.usage.memory_used)}</td>
                <td className="num px-2">{duration(one.usage.cpu_time)}</td>
                <td className="num px-2">{one.usage.network_requests}</td>
                <td className="num px-2">{duration(one.duration_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="py-2 text-muted">No execution ended in the last hour.</p>
      )}
    </section>
  );
}
