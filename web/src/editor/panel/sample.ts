import { useQueries } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { type Edge, MAIN, useWorkflow, type WorkflowDocument } from "@/editor/document";
import type { Sample } from "./form/FormContext";
import type { JsonObject } from "./form/schema";

/** So many items of each node before this one are at hand for completion. */
const SAMPLE_SIZE = 20;
/** So many nodes before this one are asked for. */
const MOST_NODES = 30;

/** The nodes from which edges lead to a node, the nearest first, without the node itself. */
export function nodesBefore(document: WorkflowDocument, id: string): string[] {
  const found = new Set<string>();
  let edge: string[] = [id];
  while (edge.length > 0) {
    const before = document.edges
      .filter(({ source, target }) => edge.includes(target) && source !== id && !found.has(source))
      .map(({ source }) => source);
    for (const source of before) found.add(source);
    edge = [...new Set(before)];
  }
  return [...found];
}

/** The edges that lead into a node. */
export function edgesInto(document: WorkflowDocument, id: string): Edge[] {
  return document.edges.filter((edge) => edge.target === id);
}

/** The data with which the expressions of a node are completed and previewed. */
export function useSample(id: string, execution: string | null, index: number): Sample {
  const document = useWorkflow((state) => state.document);
  const before = nodesBefore(document, id).slice(0, MOST_NODES);
  const into = edgesInto(document, id);
  const outputs: [node: string, output: string][] = before.map((node) => [
    node,
    into.find((edge) => edge.source === node)?.output ?? MAIN,
  ]);
  const found = useQueries({
    queries: outputs.map(([node, output]) => ({
      queryKey: ["sample", execution, node, output],
      enabled: execution !== null && document.pinned[node] === undefined,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        sampleItems(execution ?? "", node, output, signal),
      staleTime: 60_000,
      retry: false,
    })),
  });
  const nodes: Record<string, JsonObject[]> = {};
  for (const [position, [node]] of outputs.entries()) {
    const items = document.pinned[node] ?? found[position]?.data;
    if (items && items.length > 0) nodes[node] = items as JsonObject[];
  }
  const given = into.flatMap((edge) => nodes[edge.source] ?? []);
  const json = given[Math.min(index, given.length - 1)];
  const isPinned = into.some((edge) => document.pinned[edge.source] !== undefined);
  return {
    place:
      execution !== null && json !== undefined && !isPinned
        ? { execution_id: execution, node: id, index }
        : null,
    roots: {
      ...(json ? { json, item: { json, files: {}, index }, items: given } : {}),
      vars: document.variables as JsonObject,
    },
    nodes,
  };
}

async function sampleItems(
  execution: string,
  node: string,
  output: string,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const window = await ask(
    api.GET("/api/v1/executions/{execution_id}/nodes/{node}/items", {
      params: { path: { execution_id: execution, node }, query: { output, limit: SAMPLE_SIZE } },
      signal,
    }),
  );
  return window.items.map((item) => (item as unknown as { json: JsonObject }).json);
}
