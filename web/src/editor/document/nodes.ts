import { edgeText } from "./convert";
import { equal } from "./equal";
import { referencesIn, renameReferences } from "./expressions";
import { idProblem } from "./ids";
import type {
  Json,
  JsonObject,
  NodeSettings,
  Operation,
  Place,
  PlacedNode,
  WorkflowDocument,
} from "./types";

/** `record` without some keys; the same object where none of them is there. */
export function without<T>(
  record: Readonly<Record<string, T>>,
  gone: ReadonlySet<string>,
): Readonly<Record<string, T>> {
  const kept = Object.entries(record).filter(([key]) => !gone.has(key));
  return kept.length === Object.keys(record).length ? record : Object.fromEntries(kept);
}

function change(id: string, update: (node: PlacedNode) => PlacedNode): Operation {
  return (document) => {
    const node = document.nodes[id];
    if (!node) return document;
    const next = update(node);
    return next === node ? document : { ...document, nodes: { ...document.nodes, [id]: next } };
  };
}

/** `object` with a key set, or removed where the value is undefined or empty. */
function put<T extends object>(object: T, key: string, value: unknown): T {
  const { [key]: before, ...rest } = object as Record<string, unknown>;
  if (value === undefined) return before === undefined ? object : (rest as T);
  return equal(before, value) ? object : ({ ...object, [key]: value } as T);
}

const emptied = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length ? value : undefined;

export function addNode(id: string, node: PlacedNode, place: Place): Operation {
  return (document) => {
    if (document.nodes[id]) return document;
    return {
      ...document,
      nodes: { ...document.nodes, [id]: node },
      layout: { ...document.layout, [id]: [Math.round(place[0]), Math.round(place[1])] },
    };
  };
}

/** Remove nodes with their edges, places and pinned data; groups that become empty go too. */
export function removeNodes(ids: Iterable<string>): Operation {
  const gone = new Set(ids);
  return (document) => {
    const nodes = without(document.nodes, gone);
    if (nodes === document.nodes) return document;
    const groups: Record<string, (typeof document.groups)[string]> = {};
    for (const [key, group] of Object.entries(document.groups)) {
      const members = group.nodes.filter((id) => !gone.has(id));
      if (members.length)
        groups[key] = members.length === group.nodes.length ? group : { ...group, nodes: members };
    }
    return {
      ...document,
      nodes,
      edges: document.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target)),
      layout: without(document.layout, gone),
      groups,
      pinned: without(document.pinned, gone),
    };
  };
}

/** Remove nodes and close the gap: what led into each now leads to what followed it. */
export function removeAndBridge(id: string): Operation {
  return (document) => {
    const into = document.edges.filter((edge) => edge.target === id);
    const out = document.edges.filter((edge) => edge.source === id);
    const removed = removeNodes([id])(document);
    const seen = new Set(removed.edges.map(edgeText));
    const edges = [...removed.edges];
    for (const before of into)
      for (const after of out) {
        const edge = { ...before, target: after.target, input: after.input };
        if (edge.source !== edge.target && !seen.has(edgeText(edge))) edges.push(edge);
      }
    return { ...removed, edges };
  };
}

/** Set a parameter by its path; undefined removes it. A path goes into objects and lists. */
export function setParam(
  id: string,
  path: readonly (string | number)[],
  value: Json | undefined,
): Operation {
  return change(id, (node) => {
    const params = setAt(node.params ?? {}, path, value);
    return put(node, "params", emptied(params as JsonObject));
  });
}

function setAt(
  container: Json | undefined,
  path: readonly (string | number)[],
  value: Json | undefined,
): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (typeof key === "number") {
    const list: Json[] = Array.isArray(container) ? [...container] : [];
    if (rest.length) list[key] = setAt(list[key], rest, value);
    else if (value === undefined) list.splice(key, 1);
    else list[key] = value;
    return list;
  }
  const object: JsonObject =
    typeof container === "object" && container !== null && !Array.isArray(container)
      ? { ...container }
      : {};
  if (rest.length) object[key] = setAt(object[key], rest, value);
  else if (value === undefined) delete object[key];
  else object[key] = value;
  return object;
}

export function setParams(id: string, params: JsonObject): Operation {
  return change(id, (node) => put(node, "params", emptied(params)));
}

export function setSettings(id: string, changes: Partial<NodeSettings>): Operation {
  return change(id, (node) => {
    let settings = node.settings ?? {};
    for (const [key, value] of Object.entries(changes))
      settings = put(settings, key, value === false || value === "" ? undefined : value);
    return put(node, "settings", emptied(settings));
  });
}

export function setDisabled(ids: Iterable<string>, disabled: boolean): Operation {
  const wanted = [...ids];
  return (document) => wanted.reduce((doc, id) => setSettings(id, { disabled })(doc), document);
}

export function setLabel(id: string, label: string): Operation {
  const line = label.replace(/\s+/g, " ").trim().slice(0, 200);
  return change(id, (node) => put(node, "label", line || undefined));
}

export function setCredential(id: string, name: string | undefined): Operation {
  return change(id, (node) => put(node, "credential", name || undefined));
}

export function setPinned(id: string, items: JsonObject[] | undefined): Operation {
  return (document) => {
    if (!document.nodes[id]) return document;
    const pinned = put(document.pinned, id, items);
    return pinned === document.pinned ? document : { ...document, pinned };
  };
}

/** Give a node another id; edges, groups, pinned data and references in expressions follow. */
export function renameNode(id: string, name: string): Operation {
  return (document) => {
    if (id === name || !document.nodes[id] || idProblem(document, name, id)) return document;
    const key = (other: string) => (other === id ? name : other);
    const keys = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(record).map(([other, value]) => [key(other), value]));
    const names = new Map([[id, name]]);
    const nodes: Record<string, PlacedNode> = {};
    for (const [other, node] of Object.entries(document.nodes))
      nodes[key(other)] = put(node, "params", node.params && renameReferences(node.params, names));
    return {
      ...document,
      nodes,
      edges: document.edges.map((edge) =>
        edge.source === id || edge.target === id
          ? { ...edge, source: key(edge.source), target: key(edge.target) }
          : edge,
      ),
      layout: keys(document.layout),
      groups: Object.fromEntries(
        Object.entries(document.groups).map(([group, value]) => [
          group,
          value.nodes.includes(id) ? { ...value, nodes: value.nodes.map(key) } : value,
        ]),
      ),
      pinned: keys(document.pinned),
    };
  };
}

/** The nodes whose expressions refer to a node. */
export function referringNodes(document: WorkflowDocument, id: string): string[] {
  return Object.entries(document.nodes)
    .filter(([, node]) => node.params && referencesIn(node.params).has(id))
    .map(([other]) => other);
}

/** What people call a node: its label, else the label of its type, else its id. */
export function nodeName(id: string, node: PlacedNode | undefined, typeLabel?: string): string {
  return node?.label || typeLabel || id;
}
