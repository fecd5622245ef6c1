import { useEffect } from "react";
import { create } from "zustand";
import type { Schemas } from "@/api/client";
import { additionsOf, type Data, type Delta } from "./frames";
import { applyToNodes, replaceNodes } from "./held";
import type { NodeLive } from "./nodes";
import { stream } from "./stream";

/** The execution that the editor shows live: its own state, its log, its requests. */

/** What events have said of an execution; what says how it ended comes last. */
export type ExecutionLive = Schemas["ExecutionState"] & Partial<Schemas["ExecutionEndState"]>;
export type LogLine = Schemas["LogAddition"] & { seq: number };
export type RequestLine = Schemas["HttpEnd"] & { seq: number };

/** Older lines are read from the server when somebody scrolls there. */
const MOST_LINES = 5_000;

interface LiveState {
  execution: ExecutionLive | null;
  log: readonly LogLine[];
  requests: readonly RequestLine[];
  security: readonly Data[];
  /** How often lines may have been missed: at each snapshot, and where this tab was too slow. */
  missed: number;
  refused: string | null;
}

const NOTHING: LiveState = {
  execution: null,
  log: [],
  requests: [],
  security: [],
  missed: 0,
  refused: null,
};

export const useLive = create<LiveState>(() => NOTHING);

let followed: { id: string; leave: () => void } | null = null;

/**
 * Follow an execution in the place of the one before; with null nothing is shown. Whoever starts
 * one calls this at once: until the page's address has changed, its first nodes are done.
 */
export function followExecution(id: string | null): void {
  if (id !== null && followed?.id === id) return;
  followed?.leave();
  followed = null;
  useLive.setState(NOTHING, true);
  replaceNodes({});
  if (id === null) return;
  const leave = stream.follow(`exec:${id}`, {
    snapshot: takeSnapshot,
    delta: takeDelta,
    refused: ({ message }) => useLive.setState({ refused: message }),
  });
  followed = { id, leave };
}

/** The stream may be away: what waits for it waits no longer than so many milliseconds. */
const PATIENCE = 500;

/** Does what is less urgent than to show how an execution stands, unless another is followed then. */
export function onceShown(id: string, work: () => void): void {
  const proceed = () => {
    stop();
    clearTimeout(timer);
    // What the stream says is painted with the next frame.
    requestAnimationFrame(() =>
      setTimeout(() => {
        if (followed?.id === id) work();
      }),
    );
  };
  const timer = setTimeout(proceed, PATIENCE);
  const stop = useLive.subscribe(proceed);
}

/** Follow an execution while the component is there. */
export function useFollowedExecution(id: string | null): void {
  useEffect(() => followExecution(id), [id]);
  useEffect(() => () => followExecution(null), []);
}

function takeSnapshot(state: Record<string, Data>): void {
  const { exec, security: _signal, ...others } = state;
  replaceNodes(others as unknown as Record<string, NodeLive>);
  useLive.setState(({ missed }) => ({
    execution: (exec ?? null) as ExecutionLive | null,
    refused: null,
    missed: missed + 1,
  }));
}

function takeDelta(frame: Delta): void {
  const { exec, ...others } = frame.st ?? {};
  applyToNodes(others as Record<string, Partial<NodeLive>>);
  const before = useLive.getState();
  const change: Partial<LiveState> = {};
  if (exec) change.execution = merged(before.execution, exec);
  for (const [, key, data] of frame.sg ?? []) {
    if (key === "exec") change.execution = merged(change.execution ?? before.execution, data);
    else if (key === "security") change.security = [...(change.security ?? before.security), data];
    else applyToNodes({ [key]: data as Partial<NodeLive> });
  }
  const log = additionsOf(frame, "log");
  const requests = additionsOf(frame, "http");
  if (log.length > 0) change.log = [...before.log, ...log].slice(-MOST_LINES);
  if (requests.length > 0) change.requests = [...before.requests, ...requests].slice(-MOST_LINES);
  if (frame.gap) change.missed = before.missed + 1;
  if (Object.keys(change).length > 0) useLive.setState(change);
}

function merged(before: ExecutionLive | null, data: Data): ExecutionLive {
  return { ...before, ...data } as ExecutionLive;
}

const ENDED = new Set(["succeeded", "failed", "cancelled", "crashed"]);

export function hasEnded(status: string | undefined): boolean {
  return status !== undefined && ENDED.has(status);
}
