import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { nodeTypesQuery } from "@/api/queries";
import { useCrumbs } from "@/app/crumbs";
import { Canvas } from "@/editor/canvas/Canvas";
import type { NodeTypes } from "@/editor/canvas/ports";
import { ui } from "@/editor/canvas/ui";
import {
  onCanvasFocus,
  onCanvasKey,
  useClipboard,
  useKeysOfNobody,
} from "@/editor/canvas/useEditorKeys";
import { useSelectedNode, useWorkflow, workflow } from "@/editor/document";
import { RunButton } from "@/editor/run/RunButton";
import { onDemand } from "@/ui/onDemand";
import { Splitter, useSize } from "@/ui/Splitter";
import { Announcer } from "./Announcer";
import { Boundary } from "./Boundary";
import { EditorDialogs } from "./EditorDialogs";
import { EditorShortcuts } from "./EditorShortcuts";
import { EditorToolbar } from "./EditorToolbar";
import { hintAt } from "./hints";
import { Sidebar } from "./Sidebar";
import { useAddress } from "./useAddress";
import { useDock } from "./useDock";
import { useEditorCommands } from "./useEditorCommands";
import { useEditorRun } from "./useEditorRun";
import { usePin } from "./usePin";
import { useShowLook } from "./useShowLook";
import { useViewInAddress } from "./useViewInAddress";
import { useWorkflowPanel } from "./useWorkflowPanel";

const NodePanel = onDemand(() =>
  import("@/editor/panel/NodePanel").then((module) => module.NodePanel),
);
const NodeRunMenu = onDemand(() =>
  import("@/editor/run/NodeRunMenu").then((module) => module.NodeRunMenu),
);
const FocusView = onDemand(() =>
  import("@/editor/panel/FocusView").then((module) => module.FocusView),
);
const Dock = onDemand(() => import("@/editor/dock/Dock").then((module) => module.Dock));
const ConflictBanner = onDemand(() => import("./ConflictBanner").then((it) => it.ConflictBanner));
const EmptyCanvas = onDemand(() => import("./EmptyCanvas").then((it) => it.EmptyCanvas));
const StaleBanner = onDemand(() => import("./StaleBanner").then((module) => module.StaleBanner));
const WorkflowPanel = onDemand(() =>
  import("./WorkflowPanel").then((module) => module.WorkflowPanel),
);
const FirstHints = onDemand(() => import("./FirstHints").then((module) => module.FirstHints));
const CLOSED = 33;
const STRIP = "h-40 shrink-0 border-b border-line";

/** Toolbar, outline, canvas, the panel of the selected node, and the dock below. */
export function Editor({ workflowId }: { workflowId: string }) {
  const list = useQuery(nodeTypesQuery);
  const types: NodeTypes = useMemo(
    () => new Map((list.data ?? []).map((type) => [type.name, type])),
    [list.data],
  );
  const isEmpty = useWorkflow((state) => Object.keys(state.document.nodes).length === 0);
  const selected = useSelectedNode();
  const [hasHints] = useState(() => hintAt(workflowId) !== null);
  const [left, setLeft] = useSize("editor.left", 216, 160, 420);
  const [right, setRight] = useSize("editor.right", 400, 300, 760);
  const { execution, show, start, isStarting, isBusy, cancel, commands } = useEditorRun(
    workflowId,
    types,
  );
  const [height, setHeight] = useSize("editor.dock", 220, 120, 560);
  const dock = useDock();
  const settings = useWorkflowPanel();
  const { tab, setTab, isFocused, open, leave } = useAddress();
  const view = useViewInAddress();
  const look = useShowLook();
  const togglePin = usePin(execution);
  useEditorCommands(types, commands.all);
  useClipboard();
  // Everything is there before the server may go away: editing goes on without it.
  useEffect(() => {
    for (const part of [NodePanel, NodeRunMenu, FocusView, Dock, WorkflowPanel]) part.preload();
    import("@dagrejs/dagre").catch(() => null);
  }, []);
  const name = useWorkflow((state) => state.document.name);
  useCrumbs({ label: "Workflows", to: "/workflows" }, { label: name });
  const close = useCallback(() => {
    const [key] = workflow().selection;
    workflow().select([]);
    if (key !== undefined) ui().view?.focus(key);
  }, []);
  const goOn = useCallback(
    (id: string) => {
      open(id);
      ui().view?.reveal(id);
    },
    [open],
  );
  const actionsOf = (node: string) => (
    <NodeRunMenu
      node={node}
      execution={execution}
      isDisabled={isBusy}
      onRunTo={commands.to}
      onRun={start}
    />
  );
  useKeysOfNobody(open, !isFocused);
  return (
    <ReactFlowProvider>
      <main className="flex min-h-0 flex-1 flex-col">
        <EditorToolbar workflowId={workflowId} onSettings={() => settings.show(!settings.isOpen)}>
          <RunButton
            types={types}
            isStarting={isStarting}
            onRun={commands.all}
            onRunWithData={commands.withData}
            onCancel={(id) => cancel.mutate(id)}
          />
        </EditorToolbar>
        <ConflictBanner />
        <StaleBanner workflowId={workflowId} />
        {hasHints && <FirstHints workflowId={workflowId} execution={execution} />}
        <div className="flex min-h-0 flex-1">
          <Sidebar types={types} width={left} onOpen={open} />
          <Splitter label="Width of the outline" size={left} onSize={setLeft} />
          <div className="flex min-w-0 flex-1 flex-col">
            {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the nodes in it */}
            <div
              className={`relative min-w-0 ${isFocused ? STRIP : "flex-1"}`}
              onFocus={onCanvasFocus}
              onKeyDown={(event) => {
                // Beside the view of one node, Escape ends that view and nothing else.
                if (isFocused && event.key === "Escape") return;
                if (onCanvasKey(event.nativeEvent, open)) event.preventDefault();
              }}
            >
              <Canvas types={types} onOpen={open} {...view} />
              {isEmpty && <EmptyCanvas types={types} />}
            </div>
            {isFocused && selected !== null && (
              <div className="min-h-0 flex-1">
                <Boundary what="This view">
                  <FocusView
                    id={selected}
                    execution={execution}
                    actions={actionsOf(selected)}
                    onClose={() => {
                      leave();
                      ui().view?.focus(selected);
                    }}
                    onNode={goOn}
                  />
                </Boundary>
              </div>
            )}
          </div>
          {(selected !== null || settings.isOpen) && !isFocused && (
            <>
              <Splitter label="Width of the panel" size={right} onSize={setRight} isMirrored />
              <div style={{ width: right }} className="min-h-0 shrink-0">
                <Boundary what="The panel">
                  {selected === null ? (
                    <WorkflowPanel onClose={() => settings.show(false)} />
                  ) : (
                    <NodePanel
                      key={selected}
                      id={selected}
                      execution={execution}
                      tab={tab}
                      onTab={setTab}
                      actions={actionsOf(selected)}
                      onClose={close}
                      onFocus={() => open(selected)}
                    />
                  )}
                </Boundary>
              </div>
            </>
          )}
        </div>
        {dock.isOpen && (
          <Splitter
            label="Height of the part below"
            size={height}
            onSize={setHeight}
            isMirrored
            isHorizontal
          />
        )}
        <div
          style={{ height: dock.isOpen ? height : CLOSED }}
          className={`shrink-0 overflow-hidden ${dock.isOpen ? "" : "border-t border-line"}`}
        >
          <Boundary what="The part below">
            <Dock
              workflowId={workflowId}
              execution={execution}
              onExecution={show}
              opens={{ tab: setTab, settings: settings.show, canvas: leave }}
              onLook={look}
              tab={dock.tab}
              onTab={dock.open}
              isOpen={dock.isOpen}
              onToggle={dock.toggle}
            />
          </Boundary>
        </div>
        <Announcer types={types} />
        <Boundary what="What was to open">
          <EditorDialogs workflowId={workflowId} types={types} />
        </Boundary>
        <EditorShortcuts
          more={[
            ["run.all", commands.all],
            ["run.toHere", commands.toHere],
            ["run.fromHere", commands.fromHere],
            ["run.cancel", commands.cancel],
            ["editor.pin", togglePin],
            ["dock.toggle", dock.toggle],
            ["dock.timeline", () => dock.open("timeline")],
            ["dock.logs", () => dock.open("logs")],
            ["dock.network", () => dock.open("network")],
            ["dock.output", () => dock.open("output")],
          ]}
        />
      </main>
    </ReactFlowProvider>
  );
}
