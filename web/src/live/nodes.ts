import { useSyncExternalStore } from "react";
import type { Schemas } from "@/api/client";

/**
 * What the nodes of the shown execution do at this moment. It never goes into the graph's array of
 * nodes: a change touches what shows that node, once an animation frame.
 */

/** `idle`: nothing was said of it yet. */
export type NodeStatus = Schemas["NodeStatus"] | "idle";

/** What events have said of a node (docs/reference/live-events.md). */
export type NodeLive = Readonly<Omit<Schemas["NodeState"], "status">> & {
  readonly status: NodeStatus;
};

export const IDLE: NodeLive = { status: "idle" };

/** A node after a change: what is given replaces what was known, field by field. */
export function merged(before: NodeLive | undefined, change: Partial<NodeLive>): NodeLive {
  return { ...(before ?? IDLE), ...change };
}

/** Each change beside the canvas costs the page milliseconds: those of a moment are told together. */
const MOMENT = 250;

type Listener = () => void;
/** Takes the ids of nodes that have come to another status. */
type StatusListener = (turned: readonly string[]) => void;

/** Who wants to be told of one node. */
class Listeners {
  private of = new Map<string, Set<Listener>>();

  add(id: string, listener: Listener): Listener {
    let found = this.of.get(id);
    if (!found) {
      found = new Set();
      this.of.set(id, found);
    }
    found.add(listener);
    return () => found.delete(listener);
  }

  tell(id: string): void {
    for (const tell of this.of.get(id) ?? []) tell();
  }

  tellAll(): void {
    for (const id of this.of.keys()) this.tell(id);
  }
}

export class NodeStore {
  private known = new Map<string, NodeLive>();
  private pending = new Map<string, NodeLive>();
  private cards = new Listeners();
  private beside = new Listeners();
  private untold = new Set<string>();
  private moment: ReturnType<typeof setTimeout> | undefined;
  private everything = new Set<Listener>();
  private turns = new Set<StatusListener>();
  private frame = 0;
  private muted = false;

  get = (id: string): NodeLive => this.known.get(id) ?? IDLE;

  /** Told of all that changes of a node, while cards are told. */
  subscribe = (id: string, listener: Listener): Listener => this.cards.add(id, listener);

  /** Told a moment after a node came to another status at most, also while cards are not told. */
  subscribeStatus = (id: string, listener: Listener): Listener => this.beside.add(id, listener);

  /** Told once a frame in which anything changed. */
  subscribeAll = (listener: Listener): Listener => {
    this.everything.add(listener);
    return () => this.everything.delete(listener);
  };

  /** Told once a frame which nodes have come to another status; counts alone tell nobody. */
  subscribeStatuses = (listener: StatusListener): Listener => {
    this.turns.add(listener);
    return () => this.turns.delete(listener);
  };

  all(): ReadonlyMap<string, NodeLive> {
    return this.known;
  }

  /** Take changes over; what is given replaces what was known, field by field. */
  apply(changes: Readonly<Record<string, Partial<NodeLive>>>): void {
    for (const [id, change] of Object.entries(changes))
      this.pending.set(id, merged(this.pending.get(id) ?? this.get(id), change));
    this.ask();
  }

  /** Forget everything, and know `state` instead. */
  replace(state: Readonly<Record<string, NodeLive>>): void {
    for (const id of this.known.keys()) this.pending.set(id, IDLE);
    for (const [id, live] of Object.entries(state)) this.pending.set(id, live);
    this.ask();
  }

  /** While the far view paints everything in one canvas, cards are not told. */
  mute(on: boolean): void {
    const before = this.muted;
    this.muted = on;
    if (before && !on) this.cards.tellAll();
  }

  private ask(): void {
    if (!this.frame) this.frame = requestAnimationFrame(this.flush);
  }

  private flush = (): void => {
    this.frame = 0;
    const changes = this.pending;
    this.pending = new Map();
    const turned: string[] = [];
    for (const [id, live] of changes) {
      if (live.status !== this.get(id).status) turned.push(id);
      if (live.status === "idle") this.known.delete(id);
      else this.known.set(id, live);
    }
    if (!this.muted) for (const id of changes.keys()) this.cards.tell(id);
    for (const tell of this.everything) tell();
    if (turned.length === 0) return;
    for (const tell of this.turns) tell(turned);
    for (const id of turned) this.untold.add(id);
    if (this.moment === undefined) this.tellBeside();
  };

  private tellBeside = (): void => {
    this.moment = this.untold.size > 0 ? setTimeout(this.tellBeside, MOMENT) : undefined;
    const untold = [...this.untold];
    this.untold.clear();
    for (const id of untold) this.beside.tell(id);
  };
}

export const nodes = new NodeStore();

/** What one node of the shown execution does; as it is painted, so not while cards are not told. */
export function useNodeStatus(id: string): NodeLive {
  return useSyncExternalStore(
    (listener) => nodes.subscribe(id, listener),
    () => nodes.get(id),
  );
}

/** The status of one node for what stands beside the canvas, so also while that is seen from far. */
export function useStatus(id: string): NodeStatus {
  return useSyncExternalStore(
    (listener) => nodes.subscribeStatus(id, listener),
    () => nodes.get(id).status,
  );
}
