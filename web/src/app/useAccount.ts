import { useSuspenseQuery } from "@tanstack/react-query";
import { accountQuery } from "@/api/queries";

/** Who is signed in; the shell has asked before it shows anything. */
export function useAccount() {
  return useSuspenseQuery(accountQuery).data;
}

/** Whether whoever is signed in may do something, such as `workflows:write`. */
export function useMay(action: string): boolean {
  return useAccount().actions.includes(action);
}
