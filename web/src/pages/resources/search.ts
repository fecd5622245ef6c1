import { oneOf } from "@/app/address";

/** What of the page stands in the address. */
export interface ResourcesSearch {
  /** By what the executions that used the most are found; by default by memory. */
  by?: "cpu_time";
}

export function readResourcesSearch(search: Record<string, unknown>): ResourcesSearch {
  return { by: oneOf(["cpu_time"], search.by) };
}
