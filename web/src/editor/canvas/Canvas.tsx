import {
  applyNodeChanges,
  Background,
  type Connection,
  type FinalConnectionState,
  type NodeChange,
  ReactFlow,
  SelectionMode,
  type Viewport,
} from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";
import {
  connect,
  connectProblem,
  type Edge,
  edgeText,
  GRID,
  MAIN,
  reconnect,
  useWorkflow,
  workflow,
} from "@/editor/document";
import { nodes as liveNodes } from "@/live/nodes";
import { onDemand } from "@/ui/onDemand";
import { addNodeOfType, say } from "./actions";
import { edgeAt, insertDropped, isLoose, markEdge } from "./dropOnEdge";
import { EdgeView } from "./EdgeView";
import { FarCanvas } from "./FarCanvas";
import { FoldedCard, GroupFrame } from "./GroupFrame";
import { type AnyEdge, type AnyNode, GraphMaker } from "./graph";
import { NodeCard } from "./NodeCard";
import { NoteCard } from "./NoteCard";
import { type NodeTypes, usePorts } from "./ports";
import { ui, useUi } from "./ui";
import { useCalm } from "./useCalm";
import { useView } from "./useView";
import { dragged, withGroups } from "./withGroups";
import { ZoomControls } from "./ZoomControls";
import { MAX_ZOOM, MIN_ZOOM } from "./zoom";
import "./canvas.css";

const MiniMap = onDemand(() => import("./MiniMap").then((module) => module.MiniMap));

const CULL_FROM = 60;
const NODE_VIEWS = { card: NodeCard, note: NoteCard, group: GroupFrame, folded: FoldedCard };
const EDGE_VIEWS = { items: EdgeView };

const port = (handle: string | null | undefined) => handle?.replace(/^(in|out):?/, "") || MAIN;
const edgeOf = ({ source, sourceHandle, target, targetHandle }: Connection): Edge => ({
  source,
  output: port(sourceHandle),
  target,
  input: port(targetHandle),
});

interface CanvasProps {
  types: NodeTypes;
  onOpen: (id: string) => void;
  /** Where nothing can be edited, one click is enough to open a node. */
  opensAtOnce?: boolean;
  /** What is seen at first; everything, if nothing is said. */
  startsAt?: Viewport | null;
  /** The view has come to rest; `isOurs`: a command moved it, or the first look at everything. */
  onMoved?: (viewport: Viewport, isOurs: boolean) => void;
}

export function Canvas(props: CanvasProps) {
  const { types, onOpen, opensAtOnce = false, startsAt, onMoved } = props;
  const document = useWorkflow((state) => state.document);
  const selection = useWorkflow((state) => state.selection);
  const problemList = useWorkflow((state) => state.problems);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const hasMap = useUi((state) => state.hasMap);
  const ports = usePorts(document, types);
  useEffect(() => useUi.setState({ ports }), [ports]);
  const problems = useMemo(() => {
    const found = new Map<string, string>();
    for (const { node, message } of problemList)
      if (node && !found.has(node)) found.set(node, message);
    return found;
  }, [problemList]);
  const maker = useRef(new GraphMaker());
  const made = useMemo(
    () => maker.current.make({ document, selection, types, ports, problems, isReadOnly }),
    [document, selection, types, ports, problems, isReadOnly],
  );
  // Places while somebody drags are not yet in the document.
  const [nodes, setNodes] = useState(made.nodes);
  useEffect(() => setNodes(made.nodes), [made.nodes]);
  const [isFarNow, flow] = useView();
  useEffect(() => liveNodes.mute(isFarNow), [isFarNow]);
  const canvas = useRef<HTMLDivElement>(null);
  useCalm(canvas);

  const onNodesChange = (changes: NodeChange<AnyNode>[]) => {
    const selected = changes.filter((change) => change.type === "select");
    if (selected.length) {
      const keys = new Set(workflow().selection);
      for (const change of selected)
        if (change.selected) keys.add(change.id);
        else keys.delete(change.id);
      workflow().select(keys);
    }
    const others = changes.filter(
      (change) => change.type === "position" || change.type === "dimensions",
    );
    if (others.length) setNodes((before) => applyNodeChanges(withGroups(others, before), before));
  };

  const middleOf = (node: AnyNode) =>
    flow.flowToScreenPosition({
      x: node.position.x + (node.width ?? 0) / 2,
      y: node.position.y + (node.height ?? 0) / 2,
    });

  const onDragStop = (taken: readonly AnyNode[]) => {
    markEdge(null);
    const move = dragged(flow.getNodes(), made.nodes);
    const [node] = taken;
    const isAlone = node !== undefined && taken.length === 1 && isLoose(node, types);
    const at = isAlone ? middleOf(node) : null;
    const edge = at && edgeAt(at.x, at.y);
    if (node === undefined || !edge) return workflow().change("Move", move);
    const insert = insertDropped(edge, node, types);
    workflow().change(`Insert on ${edge}`, (before) => insert(move(before)));
  };

  const onConnect = (connection: Connection) => {
    const edge = edgeOf(connection);
    const problem = connectProblem(workflow().document, edge);
    if (problem) return say(problem);
    workflow().change(`Connect ${edgeText(edge)}`, connect(edge));
  };

  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    if (state.isValid || state.toNode || !state.fromNode || isReadOnly) return;
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    if (!point) return;
    const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
    const isOutput = state.fromHandle?.type === "source";
    ui().open({
      kind: "palette",
      at: [at.x - (isOutput ? 0 : 208), at.y - 30],
      origin: {
        kind: isOutput ? "output" : "input",
        node: state.fromNode.id,
        port: port(state.fromHandle?.id),
      },
    });
  };

  const onDrop = (event: React.DragEvent) => {
    markEdge(null);
    const type = types.get(event.dataTransfer.getData("application/x-tidegate-node"));
    if (!type || isReadOnly) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const edge = edgeAt(event.clientX, event.clientY);
    addNodeOfType(type, [at.x - 104, at.y - 30], edge ? { kind: "edge", edge } : null);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointers only; every key works in useEditorKeys
    <div
      ref={canvas}
      className={`tg-canvas relative h-full w-full ${isFarNow ? "tg-far" : ""}`}
      onDrop={onDrop}
      onDragOver={(event) => {
        event.preventDefault();
        markEdge({ x: event.clientX, y: event.clientY });
      }}
      onDragLeave={() => markEdge(null)}
      onPointerMove={(event) => {
        const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        useUi.setState({ pointer: [x, y] });
      }}
      onPointerLeave={() => useUi.setState({ pointer: null })}
    >
      <ReactFlow<AnyNode, AnyEdge>
        nodes={nodes}
        edges={made.edges}
        nodeTypes={NODE_VIEWS}
        edgeTypes={EDGE_VIEWS}
        onNodesChange={onNodesChange}
        onEdgesChange={(changes) => {
          const keys = new Set(workflow().selection);
          for (const change of changes)
            if (change.type === "select")
              if (change.selected) keys.add(change.id);
              else keys.delete(change.id);
          workflow().select(keys);
        }}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onReconnect={(before, connection) => {
          const edge = edgeOf(connection);
          workflow().change(`Connect ${edgeText(edge)}`, reconnect(before.id, edge));
        }}
        onNodeDrag={(_, node, taken) =>
          markEdge(taken.length === 1 && isLoose(node, types) ? middleOf(node) : null)
        }
        onNodeDragStop={(_, _node, taken) => onDragStop(taken)}
        onSelectionDragStop={(_, taken) => onDragStop(taken)}
        onNodeClick={(_, node) => opensAtOnce && node.type === "card" && onOpen(node.id)}
        onNodeDoubleClick={(_, node) => node.type === "card" && onOpen(node.id)}
        onNodeContextMenu={(event, node) => openMenu(event, node.id)}
        onEdgeContextMenu={(event, edge) => openMenu(event, edge.id)}
        onPaneContextMenu={(event) => openMenu(event as React.MouseEvent, null)}
        onSelectionContextMenu={(event) => openMenu(event, undefined)}
        onlyRenderVisibleElements={nodes.length > CULL_FROM && !isFarNow}
        nodesConnectable={!isReadOnly}
        edgesReconnectable={!isReadOnly}
        deleteKeyCode={null}
        disableKeyboardA11y
        panOnScroll
        panActivationKeyCode="Space"
        selectionMode={SelectionMode.Partial}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Control", "Meta", "Shift"]}
        connectionRadius={28}
        snapToGrid
        snapGrid={[GRID, GRID]}
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        zoomOnDoubleClick={false}
        elevateNodesOnSelect={false}
        attributionPosition="bottom-left"
        {...(startsAt ? { defaultViewport: startsAt } : { fitView: true })}
        onMoveEnd={(event, viewport) => onMoved?.(viewport, event === null)}
        fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
        aria-label="Workflow"
      >
        <Background gap={24} size={1.4} />
        <FarCanvas isOn={isFarNow} />
        {hasMap && <MiniMap />}
        <ZoomControls />
      </ReactFlow>
    </div>
  );
}

function openMenu(event: React.MouseEvent | MouseEvent, key: string | null | undefined): void {
  event.preventDefault();
  if (key === null) workflow().select([]);
  else if (key !== undefined && !workflow().selection.has(key)) workflow().select([key]);
  ui().open({ kind: "menu", x: event.clientX, y: event.clientY, place: ui().pointer ?? [0, 0] });
}
