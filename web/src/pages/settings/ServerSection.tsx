import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { ErrorNotice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { Skeleton } from "@/ui/Skeleton";
import { CELL, Panel } from "./Panel";

/** How the server runs; it is set on its machine and only read here. */
export function ServerSection() {
  const [text, setText] = useState("");
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: () => ask(api.GET("/api/v1/settings")),
  });
  const shown = Object.entries(settings.data ?? {}).filter(([name]) =>
    name.includes(text.trim().toLowerCase()),
  );
  return (
    <Panel
      title="Settings of the server"
      about="Set in its settings file or environment (server.port is TIDEGATE_SERVER_PORT), then it starts again."
      actions={<SearchField label="Search" value={text} onChange={setText} className="w-56" />}
    >
      {settings.isPending ? <Skeleton lines={8} /> : null}
      {settings.isError ? (
        <ErrorNotice title="The settings could not be loaded" error={settings.error} />
      ) : null}
      {settings.isSuccess && shown.length === 0 ? (
        <p className="text-muted">No setting is called so.</p>
      ) : null}
      <table className="w-full table-fixed text-sm">
        <tbody>
          {shown.map(([name, value]) => (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" className={`${CELL} w-72 font-normal`}>
                <code className="text-xs">{name}</code>
              </th>
              <td className={CELL}>
                {value === null || value === "" ? (
                  <span className="text-muted">not set</span>
                ) : (
                  <code className="text-xs break-words">{String(value)}</code>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
