import { type Edge, edgeText } from "@/editor/document";
import { OTHER_ITEMS } from "./data/search";
import { useSideView } from "./data/useSideView";

/** Which of the edges into a node is looked at, as the address says; the first if it says nothing. */
export function useEdge(edges: readonly Edge[]) {
  const [{ output }, change] = useSideView("input");
  const edge = edges.find((each) => edgeText(each) === output) ?? edges[0];
  return {
    edge,
    // The places of items are those of all that came in, unless it is said by which edge.
    called: edge && edges.length > 1 ? edgeText(edge) : undefined,
    choose: (index: number) => {
      const chosen = index > 0 ? edges[index] : undefined;
      change({ ...OTHER_ITEMS, iteration: undefined, output: chosen && edgeText(chosen) });
    },
  };
}
