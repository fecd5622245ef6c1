import { useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { textOf } from "@/api/problem";
import { nodeTypesQuery } from "@/api/queries";
import { useIsAway } from "@/app/readiness";
import { useChangeAddress } from "@/app/useChangeAddress";
import { say } from "@/editor/canvas/actions";
import type { NodeTypes } from "@/editor/canvas/ports";
import { ui } from "@/editor/canvas/ui";
import { picked, saved, workflow } from "@/editor/document";
import {
  AWAY,
  chosenTrigger,
  keepTrigger,
  leadingTo,
  NO_TRIGGER,
  triggerName,
  triggersOf,
} from "@/editor/run/triggers";
import { type RunWanted, useCancel, useRun } from "@/editor/run/useRun";
import { followExecution, onceShown, useFollowedExecution, useLive } from "@/live/execution";
import { EDITOR } from "./search";

/** Running the draft, and the execution that is shown: it stands in the address. */
export function useEditorRun(workflowId: string, types: NodeTypes) {
  const exec = useSearch({ from: EDITOR, select: (search) => search.exec });
  const change = useChangeAddress();
  const queries = useQueryClient();
  const execution = exec ?? null;
  const show = useCallback(
    (id: string) => {
      followExecution(id);
      // All that opens with the address would keep the page from showing what the nodes do.
      onceShown(id, () => change({ exec: id, within: undefined }));
    },
    [change],
  );
  useFollowedExecution(execution);
  const run = useRun({ workflowId, saved, onStarted: show });
  const cancel = useCancel();
  const isAway = useIsAway();
  const start = (wanted: RunWanted) => {
    if (isAway) say(AWAY);
    else if (isAside(wanted)) say(ASIDE);
    else run.mutate(wanted);
  };
  const { error } = run;
  useEffect(() => {
    if (error) say(`It could not be started: ${textOf(error)}`);
  }, [error]);

  const selected = () => picked(workflow().document, workflow().selection).nodes[0];
  const onNode = (work: (node: string) => void) => () => {
    const node = selected();
    if (node === undefined) say("Select a node first.");
    else work(node);
  };
  /** Ask where it begins, and with which data. */
  const ask = (title: string, triggers: readonly string[], to?: string) =>
    ui().open({
      kind: "run",
      title,
      triggers,
      onRun: (trigger, data) => {
        keepTrigger(workflowId, trigger);
        start({ kind: "start", trigger, to, data });
      },
    });
  /** From the only trigger, or the one that was chosen before; else somebody has to choose. */
  const begin = (triggers: readonly string[], title: string, to?: string) => {
    const before = chosenTrigger(workflowId);
    const trigger = triggers.length === 1 ? triggers[0] : triggers.find((id) => id === before);
    if (isAway) say(AWAY);
    else if (trigger === undefined) ask(title, triggers, to);
    else start({ kind: "start", trigger, to });
  };
  /** Whoever is quicker than the node types waits for them: without them no node is a trigger. */
  const triggers = async () => {
    const list = await queries.ensureQueryData(nodeTypesQuery).catch(() => []);
    return triggersOf(workflow().document, new Map(list.map((type) => [type.name, type])));
  };
  const all = async () => {
    const found = await triggers();
    if (found.length === 0) say(NO_TRIGGER);
    else begin(found, "Run the draft");
  };
  const to = async (node: string) => {
    const leading = leadingTo(workflow().document, await triggers(), node);
    if (leading.length === 0) say("No trigger leads to this node.");
    else begin(leading, `Run to ${node}`, node);
  };
  const commands = {
    all,
    to,
    withData: (trigger: string) =>
      ask(`Run from ${triggerName(trigger, workflow().document, types)}`, [trigger]),
    toHere: onNode(to),
    fromHere: onNode((node) => {
      if (execution === null) say("Run the workflow once: its data is used then.");
      else start({ kind: "from", node, execution });
    }),
    cancel: () => {
      const live = useLive.getState().execution;
      if (live) cancel.mutate(live.id);
    },
  };
  /** Nothing can be begun: one is being begun, or the server is away. */
  const isBusy = run.isPending || isAway;
  return { execution, show, start, isStarting: run.isPending, isBusy, cancel, commands };
}

const ASIDE = "The execution shown began at a trigger that does not lead to this node.";

/** Whether a node shall go on with an execution that never came there: it would be skipped again. */
function isAside(wanted: RunWanted): boolean {
  if (wanted.kind === "start" || (wanted.kind === "from" && wanted.items)) return false;
  const begun = useLive.getState().execution?.trigger;
  return begun !== undefined && leadingTo(workflow().document, [begun], wanted.node).length === 0;
}
