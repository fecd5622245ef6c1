import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useFollowedSystem, useSystem } from "@/live/system";
import { Figure } from "@/ui/Figure";
import { TableTitles } from "@/ui/TableTitles";
import { duration } from "@/ui/time";

const MINUTES = 60;
const HOSTS = 6;

/** How many requests there are now, and how those of the last hour went, in all and by host. */
export function RequestStrip({ onHost }: { onHost: (host: string) => void }) {
  useFollowedSystem();
  const now = useSystem(({ samples }) => samples.at(-1));
  const { data } = useQuery({
    queryKey: ["network", "summary"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/http_requests/summary", {
          params: { query: { minutes: MINUTES } },
          signal,
        }),
      ),
    refetchInterval: 10_000,
  });
  // Beside the list it is a help: without numbers it is not there.
  if (!data || data.requests === 0) return null;
  const what = data.is_whole ? "of the last hour" : `of the newest ${data.requests}`;
  return (
    <section aria-label="Requests in numbers" className="flex flex-wrap gap-3 px-6 pb-3">
      <dl className="flex flex-wrap gap-3">
        <Figure label="Requests a second" note={now ? "now" : what}>
          {now ? now.requests_per_second : data.per_second}
        </Figure>
        <Figure label="Failed" note={`${data.failed} of ${data.requests} ${what}`}>
          {share(data)}
        </Figure>
        <Figure label="95th percentile" note={what}>
          {duration(data.p95_ms)}
        </Figure>
      </dl>
      <div className="min-w-0 flex-1 overflow-x-auto rounded-card border border-line bg-surface p-3">
        <table aria-label="Requests by host" className="w-full text-xs">
          <TableTitles titles={["Host", "Requests", "Failed", "95th percentile"]} cell="pr-4" />
          <tbody>
            {data.hosts.slice(0, HOSTS).map((one) => (
              <tr key={one.host}>
                <th scope="row" className="pr-4 text-left font-normal">
                  <button
                    type="button"
                    title="Only those to this host"
                    className="min-h-6 rounded-control font-mono hover:text-accent hover:underline"
                    onClick={() => onHost(one.host)}
                  >
                    {one.host}
                  </button>
                </th>
                <td className="num pr-4">{one.requests}</td>
                <td className="num pr-4">{share(one)}</td>
                <td className="num">{duration(one.p95_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function share({ failed, requests }: { failed: number; requests: number }): string {
  const percent = (100 * failed) / requests;
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}
