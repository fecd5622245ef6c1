import { SINCE, type Since } from "@/pages/executions/search";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whether somebody has acknowledged it. */
export type Ack = "yes" | "no";

/** What the address of the page says. */
export interface SecuritySearch {
  severity?: Severity;
  type?: string;
  ack?: Ack;
  since?: Since;
  /** A time that was chosen in the chart, in milliseconds since 1970: in place of `since`. */
  from?: number;
  to?: number;
}

export function readSecuritySearch(search: Record<string, unknown>): SecuritySearch {
  const read: SecuritySearch = {};
  const severity = SEVERITIES.find((each) => each === search.severity);
  if (severity) read.severity = severity;
  if (typeof search.type === "string" && search.type) read.type = search.type;
  if (search.ack === "yes" || search.ack === "no") read.ack = search.ack;
  if (typeof search.since === "string" && Object.hasOwn(SINCE, search.since))
    read.since = search.since as Since;
  const { from, to } = search;
  if (typeof from === "number" && typeof to === "number" && 0 <= from && from < to) {
    delete read.since;
    Object.assign(read, { from, to });
  }
  return read;
}
