import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { textOf } from "@/api/problem";
import { say } from "@/editor/canvas/actions";
import type { NodeTypes } from "@/editor/canvas/ports";
import { picked, saved, workflow } from "@/editor/document";
import { triggersOf } from "@/editor/run/RunButton";
import { useCancel, useRun } from "@/editor/run/useRun";
import { followExecution, useFollowedExecution, useLive } from "@/live/execution";
import { EDITOR } from "./search";

/** Running the draft, and the execution that is shown: it stands in the address. */
export function useEditorRun(workflowId: string, types: NodeTypes) {
  const exec = useSearch({ from: EDITOR, select: (search) => search.exec });
  const navigate = useNavigate();
  const execution = exec ?? null;
  const show = useCallback(
    (id: string) => {
      followExecution(id);
      void navigate({ to: ".", search: (before) => ({ ...before, exec: id }), replace: true });
    },
    [navigate],
  );
  useFollowedExecution(execution);
  const run = useRun({ workflowId, saved, onStarted: show });
  const cancel = useCancel();
  const { error } = run;
  useEffect(() => {
    if (error) say(`It could not be started: ${textOf(error)}`);
  }, [error]);

  const trigger = () => triggersOf(workflow().document, types)[0] ?? null;
  const selected = () => picked(workflow().document, workflow().selection).nodes[0];
  const onNode = (work: (node: string) => void) => () => {
    const node = selected();
    if (node === undefined) say("Select a node first.");
    else work(node);
  };
  const commands = {
    all: () => run.mutate({ kind: "all", trigger: trigger(), data: null }),
    toHere: onNode((node) => run.mutate({ kind: "to", node, trigger: trigger(), data: null })),
    fromHere: onNode((node) => {
      if (execution === null) say("Run the workflow once: its data is used then.");
      else run.mutate({ kind: "from", node, execution });
    }),
    cancel: () => {
      const live = useLive.getState().execution;
      if (live) cancel.mutate(live.id);
    },
  };
  return { execution, show, run, cancel, commands, trigger };
}
