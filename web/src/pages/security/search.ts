import { readTimes, type Times } from "@/pages/executions/search";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whether somebody has acknowledged it. */
export type Ack = "yes" | "no";

/** What the address of the page says. */
export interface SecuritySearch extends Times {
  severity?: Severity;
  type?: string;
  ack?: Ack;
}

export function readSecuritySearch(search: Record<string, unknown>): SecuritySearch {
  const read: SecuritySearch = {};
  const severity = SEVERITIES.find((each) => each === search.severity);
  if (severity) read.severity = severity;
  if (typeof search.type === "string" && search.type) read.type = search.type;
  if (search.ack === "yes" || search.ack === "no") read.ack = search.ack;
  Object.assign(read, readTimes(search));
  return read;
}
