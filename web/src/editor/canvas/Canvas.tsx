import { Background, ReactFlow, SelectionMode, type Viewport } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { GRID, useWorkflow } from "@/editor/document";
import { nodes as liveNodes } from "@/live/nodes";
import { onDemand } from "@/ui/onDemand";
import { addNodeOfType } from "./actions";
import { edgeAt, markEdge } from "./dropOnEdge";
import { EdgeView } from "./EdgeView";
import { FarCanvas } from "./FarCanvas";
import { FoldedCard, GroupFrame } from "./GroupFrame";
import { type AnyEdge, type AnyNode, GraphMaker } from "./graph";
import { NodeCard } from "./NodeCard";
import { NoteCard } from "./NoteCard";
import { type NodeTypes, usePorts } from "./ports";
import { useUi } from "./ui";
import { useCalm } from "./useCalm";
import { useCanvasHandlers } from "./useCanvasHandlers";
import { useView } from "./useView";
import { withSizes } from "./withSizes";
import { ZoomControls } from "./ZoomControls";
import { MAX_ZOOM, MIN_ZOOM } from "./zoom";
import "./canvas.css";

const MiniMap = onDemand(() => import("./MiniMap").then((module) => module.MiniMap));

const CULL_FROM = 60;
const NODE_VIEWS = { card: NodeCard, note: NoteCard, group: GroupFrame, folded: FoldedCard };
const EDGE_VIEWS = { items: EdgeView };

// The same objects each time, as everything that is given to React Flow (see useCanvasHandlers).
const MORE_KEYS = ["Control", "Meta", "Shift"];
const SNAP: [number, number] = [GRID, GRID];
const FIT = { maxZoom: 1, padding: 0.15 };

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
  useEffect(() => setNodes((before) => withSizes(made.nodes, before)), [made.nodes]);
  const [isFarNow, flow] = useView();
  useEffect(() => liveNodes.mute(isFarNow), [isFarNow]);
  const canvas = useRef<HTMLDivElement>(null);
  useCalm(canvas);

  const handlers = useCanvasHandlers({
    types,
    flow,
    made: made.nodes,
    setNodes,
    isReadOnly,
    opensAtOnce,
    onOpen,
    onMoved,
  });

  const onDrop = (event: React.DragEvent) => {
    markEdge(null);
    const type = types.get(event.dataTransfer.getData("application/x-tidegate-node"));
    if (!type || isReadOnly) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const edge = edgeAt(event.clientX, event.clientY);
    addNodeOfType(type, [at.x - 104, at.y - 30], edge ? { kind: "edge", edge } : null);
  };

  // Not drawn again with each place of a node that is dragged.
  const parts = useMemo(
    () => (
      <>
        <Background gap={24} size={1.4} />
        <FarCanvas isOn={isFarNow} />
        {hasMap && <MiniMap />}
        <ZoomControls />
      </>
    ),
    [isFarNow, hasMap],
  );

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
        {...handlers}
        onlyRenderVisibleElements={nodes.length > CULL_FROM && !isFarNow}
        nodesConnectable={!isReadOnly}
        edgesReconnectable={!isReadOnly}
        deleteKeyCode={null}
        disableKeyboardA11y
        panOnScroll
        panActivationKeyCode="Space"
        selectionMode={SelectionMode.Partial}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={MORE_KEYS}
        connectionRadius={28}
        snapToGrid
        snapGrid={SNAP}
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        zoomOnDoubleClick={false}
        elevateNodesOnSelect={false}
        attributionPosition="bottom-left"
        {...(startsAt ? { defaultViewport: startsAt } : { fitView: true })}
        fitViewOptions={FIT}
        aria-label="Workflow"
      >
        {parts}
      </ReactFlow>
    </div>
  );
}
