import { textOf } from "@/api/problem";
import { isOpen } from "@/editor/dock/openSpans";
import { OTHER_NODE } from "@/editor/panel/data/search";
import { itemOf } from "@/editor/run/itemOf";
import type { StoredLogLine } from "@/editor/run/logs";
import { findAttempt, type Span, type SpanPlace, spanKey } from "@/editor/run/spans";
import { nodes } from "@/live/nodes";
import { toast } from "@/ui/toast";
import { atInput, type ExecutionSearch, type Part, type View } from "./search";

export interface GoTo {
  span: (span: Span) => void;
  /** The item that a request was for. */
  item: (span: Span) => void;
  /** What a node did, at the moment that is shown. */
  node: (id: string) => Promise<void>;
  /** What a line of the log is about. */
  line: (line: StoredLogLine) => Promise<void>;
}

interface GoToProps {
  execution: string;
  view: View;
  isWide: boolean;
  change: (next: ExecutionSearch) => void;
}

/** Shows the details of what was clicked, beside the canvas where there is room for both. */
export function useGoTo({ execution, view, isWide, change }: GoToProps): GoTo {
  const show = (span: Span, item: number | undefined, tab?: Part) =>
    change({
      ...OTHER_NODE,
      view: isWide && view !== "trace" ? "canvas" : "trace",
      node: span.node,
      span: isOpen(span) || span.seq < 0 ? undefined : spanKey(span),
      ...(item === undefined ? {} : atInput(item)),
      tab: item === undefined ? undefined : tab,
    });
  const find = async (place: SpanPlace, item: number | undefined) => {
    try {
      const found = await findAttempt(execution, place);
      if (found) return show(found, item, "input");
      toast("info", `Nothing of ${place.node} has ended in this execution`);
    } catch (error) {
      toast("error", `What ${place.node} did can't be found: ${textOf(error)}`);
    }
  };
  return {
    // What was sent and answered comes first; in the input, the item that it was for is marked.
    span: (span) => show(span, itemOf(span.details)),
    item: (span) => show(span, itemOf(span.details), "input"),
    node: (id) => {
      const { path, attempt } = nodes.get(id);
      return find({ node: id, path, attempt }, undefined);
    },
    line: async ({ node_id, path, at, data }) => {
      if (node_id) await find({ node: node_id, path: path.join("."), by: at }, itemOf(data));
    },
  };
}
