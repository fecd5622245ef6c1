import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

type Severity = Schemas["SecurityState"]["severity"];

/** Signing in and opening credentials are events of low severity: they wait for nobody. */
export const WEIGHTY: readonly Severity[] = ["medium", "high", "critical"];
export const SEVERE: readonly Severity[] = ["high", "critical"];
/** So many are counted. */
const MOST = 99;

/**
 * How many security events of these severities nobody has acknowledged yet, and how that is written.
 * The bell asks for the count again when there is a new one.
 */
export function useUnreadEvents(severity: readonly Severity[]) {
  const { data } = useQuery({
    queryKey: ["security_events", "unread", severity],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/security_events", {
          params: { query: { ack: false, severity: [...severity], limit: MOST + 1 } },
          signal,
        }),
      ),
    refetchInterval: 60_000,
  });
  const count = data?.entries.length ?? 0;
  return { count, shown: count > MOST ? `${MOST}+` : String(count) };
}
