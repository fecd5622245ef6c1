import {
  type Beside,
  type CanvasGroup,
  type CanvasNote,
  type Edge,
  type JsonObject,
  MAIN,
  type PlacedNode,
  type WorkflowDocument,
} from "./types";

const EDGE =
  /^([A-Za-z][\w-]{0,63})(?:\.([\w-]{1,64}))?[ \t]*->[ \t]*([A-Za-z][\w-]{0,63})(?:\.([\w-]{1,64}))?$/;

/** An edge as a document writes it: `check.true -> merge.second`. Also its id on the canvas. */
export function edgeText(edge: Edge): string {
  const output = edge.output === MAIN ? "" : `.${edge.output}`;
  const input = edge.input === MAIN ? "" : `.${edge.input}`;
  return `${edge.source}${output} -> ${edge.target}${input}`;
}

export function parseEdge(text: string): Edge | null {
  const match = EDGE.exec(text.trim());
  if (!match?.[1] || !match[3]) return null;
  return { source: match[1], output: match[2] ?? MAIN, target: match[3], input: match[4] ?? MAIN };
}

export const EMPTY: WorkflowDocument = {
  name: "",
  description: "",
  variables: {},
  settings: {},
  nodes: {},
  edges: [],
  layout: {},
  notes: {},
  groups: {},
  folder: "",
  tags: [],
  pinned: {},
};

/** The document of the API, as the editor holds it. */
export function readDocument(
  value: Record<string, unknown>,
  { folder, tags, pinned }: Beside = EMPTY,
): WorkflowDocument {
  const of = <T>(key: string, otherwise: T) => (value[key] ?? otherwise) as T;
  return {
    name: of("name", ""),
    description: of("description", ""),
    variables: of("variables", {}),
    settings: of("settings", {}),
    nodes: of<Record<string, PlacedNode>>("nodes", {}),
    edges: of<string[]>("edges", [])
      .map(parseEdge)
      .filter((edge) => edge !== null),
    layout: of("layout", {}),
    notes: of<Record<string, CanvasNote>>("notes", {}),
    groups: of<Record<string, CanvasGroup>>("groups", {}),
    folder,
    tags,
    pinned,
  };
}

/** The document as the API takes it; what is at its default is left out. */
export function writeDocument(document: WorkflowDocument): JsonObject {
  const value: Record<string, unknown> = { tidegate: 1, name: document.name };
  if (document.description) value.description = document.description;
  for (const key of ["variables", "settings"] as const)
    if (Object.keys(document[key]).length) value[key] = document[key];
  value.nodes = document.nodes;
  if (document.edges.length) value.edges = document.edges.map(edgeText);
  for (const key of ["layout", "notes", "groups"] as const)
    if (Object.keys(document[key]).length) value[key] = document[key];
  return value as JsonObject;
}
