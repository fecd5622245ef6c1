import { oneOf, textIn } from "@/app/address";

/** What of the network page stands in the address. */
export interface NetworkSearch {
  state?: NetworkState;
  host?: string;
  method?: string;
  wf?: string;
  q?: string;
  /** The request that is looked into: `<execution>.<number>`. */
  req?: string;
}

export const STATES = ["active", "done", "failed"] as const;
export type NetworkState = (typeof STATES)[number];

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

export function readNetworkSearch(search: Record<string, unknown>): NetworkSearch {
  return {
    state: oneOf(STATES, search.state),
    host: textIn(search.host),
    method: oneOf(METHODS, search.method),
    wf: textIn(search.wf),
    q: textIn(search.q),
    req: textIn(search.req),
  };
}
