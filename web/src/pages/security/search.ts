import { oneOf, textIn } from "@/app/address";
import { readTimes, type Times } from "@/pages/executions/search";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whether somebody has acknowledged it. */
export const ACKS = ["yes", "no"] as const;
export type Ack = (typeof ACKS)[number];

/** What the address of the page says. */
export interface SecuritySearch extends Times {
  severity?: Severity;
  type?: string;
  ack?: Ack;
}

export function readSecuritySearch(search: Record<string, unknown>): SecuritySearch {
  return {
    severity: oneOf(SEVERITIES, search.severity),
    type: textIn(search.type),
    ack: oneOf(ACKS, search.ack),
    ...readTimes(search),
  };
}
