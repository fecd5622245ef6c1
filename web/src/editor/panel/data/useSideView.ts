import { useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { useChangeAddress } from "@/app/useChangeAddress";
import { ofSide, type Side, type SideView, sideOf } from "./search";

/** How one side of a node's data is looked at, and a way to change that: both are the address. */
export function useSideView(side: Side): [SideView, (change: SideView) => void] {
  const view = useSearch({
    strict: false,
    select: (search) => sideOf(search, side),
    structuralSharing: true,
  });
  const changeAddress = useChangeAddress();
  const change = useCallback(
    (next: SideView) => changeAddress(ofSide(next, side)),
    [changeAddress, side],
  );
  return [view, change];
}
