import { type RegisteredRouter, useNavigate, type useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** What the address of any page may say. */
type AnySearch = ReturnType<typeof useSearch<RegisteredRouter, undefined, false>>;

/**
 * Changes what the address says of how a page is looked at; undefined leaves it out, as everything
 * that is usual. It takes the place of the address before: Back leaves the page. What has been
 * scrolled meanwhile stays so: the router would put it back.
 */
export function useChangeAddress(): (change: AnySearch) => void {
  const navigate = useNavigate();
  return useCallback(
    (change: AnySearch) =>
      void navigate({
        to: ".",
        search: (before) => ({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
}
