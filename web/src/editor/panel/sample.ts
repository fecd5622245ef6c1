import { useQueries } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { edgesInto, MAIN, useWorkflow, type WorkflowDocument } from "@/editor/document";
import { iterationsOf } from "@/editor/run/spans";
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
    const items = document.pinned[node] ?? found[position]?.data?.items;
    if (items && items.length > 0) nodes[node] = items as JsonObject[];
  }
  const given = into.flatMap((edge) => nodes[edge.source] ?? []);
  const json = given[Math.min(index, given.length - 1)];
  const isPinned = into.some((edge) => document.pinned[edge.source] !== undefined);
  // The server looks outside of loops only: what is known of an iteration is sent with the question.
  const isInLoop = found.some(({ data }) => data?.isInLoop);
  return {
    place:
      execution !== null && json !== undefined && !isPinned && !isInLoop
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
): Promise<{ items: JsonObject[]; isInLoop: boolean }> {
  const place = { execution_id: execution, node };
  const { spans } = await ask(
    api.GET("/api/v1/executions/{execution_id}/spans", {
      params: { path: { execution_id: execution }, query: { node, limit: SAMPLE_SIZE } },
      signal,
    }),
  );
  // In a loop the first iteration is as good as any.
  const [path] = iterationsOf(spans);
  if (path === undefined) return { items: [], isInLoop: false };
  const window = await ask(
    api.GET("/api/v1/executions/{execution_id}/nodes/{node}/items", {
      params: { path: place, query: { output, path, limit: SAMPLE_SIZE } },
      signal,
    }),
  );
  const items = window.items.map((item) => (item as unknown as { json: JsonObject }).json);
  return { items, isInLoop: path !== "" };
}
