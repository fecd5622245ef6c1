import { movedEarlier, movedLater, nodeName, workflow } from "@/editor/document";
import { say } from "./actions";

/** Let a node run earlier or later: it changes places with its neighbour in the row. */
export function reorder(id: string, direction: "earlier" | "later"): void {
  const { document, change } = workflow();
  const operation = (direction === "earlier" ? movedEarlier : movedLater)(document, id);
  const name = nodeName(id, document.nodes[id]);
  if (operation) change(`Move ${name} ${direction}`, operation);
  else
    say(
      `${name} can't run ${direction}: it changes places only with a node that stands in one row with it, and never with a trigger.`,
    );
}
