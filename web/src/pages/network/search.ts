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
  const read: NetworkSearch = {};
  const state = STATES.find((each) => each === search.state);
  if (state) read.state = state;
  for (const name of ["host", "wf", "q", "req"] as const) {
    const value = search[name];
    if (typeof value === "string" && value) read[name] = value;
    if (typeof value === "number") read[name] = String(value);
  }
  const method = METHODS.find((each) => each === search.method);
  if (method) read.method = method;
  return read;
}
