import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readDocument, useWorkflow } from "@/editor/document";
import { versionQuery, versionsQuery, workflowQuery } from "@/pages/workflow/queries";
import { differenceOf, type FieldChange } from "./difference";

/** Publishing writes down the engine of code that leaves it open. */
function isOfPublishing({ field, after }: FieldChange): boolean {
  return field === "params.chosen_engine" && after === undefined;
}

/** What of a workflow is published, and whether the draft that is shown is still the same. */
export function usePublished(workflowId: string) {
  const found = useQuery(workflowQuery(workflowId));
  const list = useInfiniteQuery(versionsQuery(workflowId));
  const hash = found.data?.data.published_hash ?? null;
  const newest = list.data?.pages[0]?.versions[0] ?? null;
  // Where nothing is active, what was published last.
  const wanted = hash ?? newest?.hash ?? "";
  const shown = useQuery({ ...versionQuery(workflowId, wanted), enabled: wanted !== "" });
  const draft = useWorkflow((state) => state.document);
  const content = shown.data?.document;
  const differs = useMemo(() => {
    if (!content) return false;
    const { nodes, edges, workflow } = differenceOf(readDocument(content), draft);
    const changed = nodes.filter(({ fields }) => !fields.length || !fields.every(isOfPublishing));
    return changed.length + edges.length + workflow.length > 0;
  }, [content, draft]);
  return {
    isKnown: found.isSuccess && list.isSuccess && (wanted === "" || shown.isSuccess),
    hash,
    version: shown.data?.version ?? null,
    differs,
  };
}
