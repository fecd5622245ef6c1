import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { ERROR, MAIN, type PlacedNode, type WorkflowDocument } from "@/editor/document";

export type NodeType = Schemas["NodeType"];
export type NodeTypes = ReadonlyMap<string, NodeType>;

export interface Ports {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const UNKNOWN: Ports = { inputs: [MAIN], outputs: [MAIN] };
const known = new Map<string, Ports>();

/** The same object for the same ports, so that cards are drawn again only where they differ. */
function shared(inputs: readonly string[], outputs: readonly string[]): Ports {
  const key = `${inputs.join()}>${outputs.join()}`;
  const found = known.get(key) ?? { inputs, outputs };
  known.set(key, found);
  return found;
}

const paramsKey = (node: PlacedNode) => `${node.type} ${JSON.stringify(node.params ?? {})}`;

/** The inputs and outputs of every node; of some types they follow from the parameters. */
export function usePorts(document: WorkflowDocument, types: NodeTypes): ReadonlyMap<string, Ports> {
  const asked = useMemo(() => {
    const found = new Map<string, PlacedNode>();
    for (const node of Object.values(document.nodes))
      if (types.get(node.type)?.fixed_ports === false) found.set(paramsKey(node), node);
    return [...found];
  }, [document.nodes, types]);
  const answers = useQueries({
    queries: asked.map(([key, node]) => ({
      queryKey: ["ports", key],
      staleTime: Number.POSITIVE_INFINITY,
      queryFn: () =>
        ask(
          api.POST("/api/v1/node_types/{name}/validate", {
            params: { path: { name: node.type } },
            body: { params: node.params ?? {} },
          }),
        ),
    })),
    combine: (results) => results.map((result) => result.data),
  });
  return useMemo(() => {
    const dynamic = new Map(asked.map(([key], index) => [key, answers[index]]));
    const used = usedPorts(document);
    const ports = new Map<string, Ports>();
    for (const [id, node] of Object.entries(document.nodes)) {
      const own = dynamic.get(paramsKey(node)) ?? types.get(node.type) ?? UNKNOWN;
      const extra = node.settings?.on_error === "error_output" ? [ERROR] : [];
      const inputs = [...new Set([...own.inputs, ...(used.get(id)?.inputs ?? [])])];
      const outputs = [...new Set([...own.outputs, ...extra, ...(used.get(id)?.outputs ?? [])])];
      ports.set(id, shared(inputs, outputs));
    }
    return ports;
  }, [asked, answers, document, types]);
}

/** Ports that edges use, so that no edge hangs in the air when a case is renamed. */
function usedPorts(document: WorkflowDocument) {
  const used = new Map<string, { inputs: Set<string>; outputs: Set<string> }>();
  const of = (id: string) => {
    const found = used.get(id) ?? { inputs: new Set<string>(), outputs: new Set<string>() };
    used.set(id, found);
    return found;
  };
  for (const edge of document.edges) {
    of(edge.source).outputs.add(edge.output);
    of(edge.target).inputs.add(edge.input);
  }
  return used;
}

export const cardHeight = (ports: Ports) =>
  Math.max(60, 16 + 22 * Math.max(ports.inputs.length, ports.outputs.length));

/** Where a port stands below the upper edge of its card. */
export const portTop = (index: number, count: number, height: number) =>
  (height * (index + 1)) / (count + 1);
