import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, ask } from "@/api/client";
import { useMay } from "@/app/useAccount";
import { Badge } from "@/ui/Badge";
import { ErrorNotice } from "@/ui/Notice";
import { TableTitles } from "@/ui/TableTitles";

const CIRCUITS = {
  closed: { kind: "success", text: "answers" },
  open: { kind: "danger", text: "left alone" },
  half_open: { kind: "warning", text: "is tried again" },
} as const;

/** The hosts that executions asked lately, those in trouble first. */
export function Hosts() {
  const mayRead = useMay("security:read");
  const found = useQuery({
    queryKey: ["hosts"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/hosts", { signal })),
    refetchInterval: 5_000,
    enabled: mayRead,
  });
  if (!mayRead) return null;
  if (found.isError) return <ErrorNotice title="The hosts can't be read" error={found.error} />;
  return (
    <section aria-label="Hosts" className="rounded-card border border-line bg-surface p-3">
      <h2 className="pb-2 text-sm">Hosts asked lately</h2>
      {found.data?.length ? (
        <table aria-label="Hosts" className="w-full text-sm">
          <TableTitles
            titles={["Host", "State", "In flight", "Waiting", "Places", "Failures in a row"]}
            className="text-xs"
          />
          <tbody>
            {found.data.map((host) => (
              <tr key={host.host} className="border-t border-line">
                <th scope="row" className="px-2 py-1 text-left font-mono text-xs font-normal">
                  <Link
                    to="/network"
                    search={{ host: host.host.replace(/:\d+$/, "") }}
                    className="hover:text-accent hover:underline"
                  >
                    {host.host}
                  </Link>
                </th>
                <td className="px-2">
                  <Badge kind={CIRCUITS[host.circuit].kind}>{CIRCUITS[host.circuit].text}</Badge>
                </td>
                <td className="px-2">{host.in_flight}</td>
                <td className="px-2">{host.waiting}</td>
                <td className="px-2">{host.places}</td>
                <td className="px-2">{host.failures}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="py-2 text-muted">No host was asked since the server started.</p>
      )}
    </section>
  );
}
