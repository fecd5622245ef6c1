import { equal } from "./equal";
import { freeId } from "./ids";
import { without } from "./nodes";
import type { CanvasGroup, CanvasNote, Operation, Place, WorkflowDocument } from "./types";
import { unplaced } from "./unplaced";

/** The size of a node's card on the canvas, in pixels. */
export const CARD = { width: 208, height: 60 } as const;
export const GRID = 8;

/** What is selected on the canvas is known by one text: a node's id, note/…, group/…, an edge's text. */
export const noteKey = (id: string) => `note/${id}`;
export const groupKey = (id: string) => `group/${id}`;

export interface Picked {
  nodes: string[];
  notes: string[];
  groups: string[];
  edges: string[];
}

/** A selection by what its keys mean; keys of what is gone are left out. */
export function picked(document: WorkflowDocument, keys: Iterable<string>): Picked {
  const found: Picked = { nodes: [], notes: [], groups: [], edges: [] };
  for (const key of keys) {
    if (key.startsWith("note/")) {
      if (document.notes[key.slice(5)]) found.notes.push(key.slice(5));
    } else if (key.startsWith("group/")) {
      if (document.groups[key.slice(6)]) found.groups.push(key.slice(6));
    } else if (key.includes("->")) found.edges.push(key);
    else if (document.nodes[key]) found.nodes.push(key);
  }
  return found;
}

/** Where a node stands; files often don't say, and then it stands by its distance from the start. */
export function placeOf(document: WorkflowDocument, id: string): Place {
  return document.layout[id] ?? unplaced(document).get(id) ?? [0, 0];
}

const rounded = (place: Place): Place => [Math.round(place[0]), Math.round(place[1])];

/** Put nodes and notes (by their keys) to places. */
export function moveTo(places: Iterable<readonly [key: string, place: Place]>): Operation {
  return (document) => {
    const layout: Record<string, Place> = {};
    const notes: Record<string, CanvasNote> = {};
    for (const [key, place] of places) {
      const [x, y] = rounded(place);
      const note = key.startsWith("note/") ? document.notes[key.slice(5)] : undefined;
      if (note && (note.x !== x || note.y !== y)) notes[key.slice(5)] = { ...note, x, y };
      const before = document.layout[key];
      if (document.nodes[key] && (before?.[0] !== x || before[1] !== y)) layout[key] = [x, y];
    }
    if (!Object.keys(layout).length && !Object.keys(notes).length) return document;
    return {
      ...document,
      layout: { ...document.layout, ...layout },
      notes: { ...document.notes, ...notes },
    };
  };
}

/** Move nodes, notes and the nodes of groups by some pixels. */
export function moveBy(keys: Iterable<string>, dx: number, dy: number): Operation {
  const wanted = [...keys];
  return (document) => {
    const { nodes, notes, groups } = picked(document, wanted);
    const all = new Set([...nodes, ...groups.flatMap((id) => document.groups[id]?.nodes ?? [])]);
    return moveTo([
      ...[...all].map((id): [string, Place] => {
        const [x, y] = placeOf(document, id);
        return [id, [x + dx, y + dy]];
      }),
      ...notes.map((id): [string, Place] => {
        const note = document.notes[id];
        return [noteKey(id), [(note?.x ?? 0) + dx, (note?.y ?? 0) + dy]];
      }),
    ])(document);
  };
}

export type Alignment =
  | "left"
  | "center"
  | "right"
  | "top"
  | "middle"
  | "bottom"
  | "columns"
  | "rows";

const ACROSS: readonly Alignment[] = ["left", "center", "right", "columns"];

/** Bring nodes into line, or (columns, rows) spread them evenly between the outer two. */
export function align(ids: readonly string[], to: Alignment): Operation {
  return (document) => {
    const places = ids
      .filter((id) => document.nodes[id])
      .map((id) => ({ id, place: placeOf(document, id) }));
    if (places.length < 2) return document;
    const axis = ACROSS.includes(to) ? 0 : 1;
    const values = places.map(({ place }) => place[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const sorted = [...places].sort((a, b) => a.place[axis] - b.place[axis]);
    const value = (index: number) => {
      if (to === "left" || to === "top") return low;
      if (to === "right" || to === "bottom") return high;
      if (to === "center" || to === "middle") return (low + high) / 2;
      return low + ((high - low) * index) / (sorted.length - 1);
    };
    return moveTo(
      sorted.map(({ id, place }, index): [string, Place] => [
        id,
        axis === 0 ? [value(index), place[1]] : [place[0], value(index)],
      ]),
    )(document);
  };
}

export function addNote(id: string, note: CanvasNote): Operation {
  return (document) => ({ ...document, notes: { ...document.notes, [id]: note } });
}

export function newNoteId(document: WorkflowDocument): string {
  return freeId("note", (id) => Object.hasOwn(document.notes, id));
}

export function setNote(id: string, changes: Partial<CanvasNote>): Operation {
  return (document) => {
    const note = document.notes[id];
    if (!note) return document;
    const next = { ...note, ...changes };
    const same = (Object.keys(next) as (keyof CanvasNote)[]).every(
      (key) => next[key] === note[key],
    );
    return same ? document : { ...document, notes: { ...document.notes, [id]: next } };
  };
}

export function removeNotes(ids: Iterable<string>): Operation {
  const gone = new Set(ids);
  return (document) => {
    const notes = without(document.notes, gone);
    return notes === document.notes ? document : { ...document, notes };
  };
}

export function newGroupId(document: WorkflowDocument): string {
  return freeId("group", (id) => Object.hasOwn(document.groups, id));
}

/** Put nodes into a new group; a node is in one group only. */
export function addGroup(id: string, nodes: readonly string[], label = "Group"): Operation {
  return (document) => {
    const members = nodes.filter((node) => document.nodes[node]);
    if (!members.length) return document;
    const taken = new Set(members);
    const groups: Record<string, CanvasGroup> = {};
    for (const [other, group] of Object.entries(document.groups)) {
      const rest = group.nodes.filter((node) => !taken.has(node));
      if (rest.length)
        groups[other] = rest.length === group.nodes.length ? group : { ...group, nodes: rest };
    }
    return { ...document, groups: { ...groups, [id]: { label, nodes: members } } };
  };
}

export function setGroup(id: string, changes: Partial<CanvasGroup>): Operation {
  return (document) => {
    const group = document.groups[id];
    if (!group) return document;
    const next = { ...group, ...changes };
    if (!next.collapsed) delete next.collapsed;
    if (equal(next, group)) return document;
    return { ...document, groups: { ...document.groups, [id]: next } };
  };
}

/** Dissolve groups; their nodes stay. */
export function ungroup(ids: Iterable<string>): Operation {
  const gone = new Set(ids);
  return (document) => {
    const groups = without(document.groups, gone);
    return groups === document.groups ? document : { ...document, groups };
  };
}
