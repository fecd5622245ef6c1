import {
  applyNodeChanges,
  type Connection,
  type FinalConnectionState,
  type ReactFlowInstance,
  type ReactFlowProps,
  type Viewport,
} from "@xyflow/react";
import { type Dispatch, type SetStateAction, useEffect, useMemo, useRef } from "react";
import {
  connect,
  connectProblem,
  type Edge,
  edgeText,
  MAIN,
  reconnect,
  workflow,
} from "@/editor/document";
import { say } from "./actions";
import { edgeAt, insertDropped, isLoose, markEdge } from "./dropOnEdge";
import type { AnyEdge, AnyNode } from "./graph";
import type { NodeTypes } from "./ports";
import { ui } from "./ui";
import { dragged, withGroups } from "./withGroups";

type Handlers = ReactFlowProps<AnyNode, AnyEdge>;

interface Uses {
  types: NodeTypes;
  flow: ReactFlowInstance<AnyNode, AnyEdge>;
  /** The nodes as the document has them: where they were before somebody drags. */
  made: readonly AnyNode[];
  setNodes: Dispatch<SetStateAction<AnyNode[]>>;
  isReadOnly: boolean;
  opensAtOnce: boolean;
  onOpen: (id: string) => void;
  onMoved: ((viewport: Viewport, isOurs: boolean) => void) | undefined;
}

/**
 * What people do on the canvas. The functions stay the same while somebody drags: React Flow takes
 * each new one into its store by itself, and then asks everything that is drawn whether it changed.
 */
export function useCanvasHandlers(uses: Uses): Handlers {
  const { types, flow, made, setNodes, isReadOnly, opensAtOnce, onOpen, onMoved } = uses;
  const start = useRef(made);
  useEffect(() => {
    start.current = made;
  }, [made]);
  return useMemo(() => {
    const middleOf = (node: AnyNode) =>
      flow.flowToScreenPosition({
        x: node.position.x + (node.width ?? 0) / 2,
        y: node.position.y + (node.height ?? 0) / 2,
      });
    const onDragStop = (taken: readonly AnyNode[]) => {
      markEdge(null);
      const move = dragged(flow.getNodes(), start.current);
      const [node] = taken;
      const isAlone = node !== undefined && taken.length === 1 && isLoose(node, types);
      const at = isAlone ? middleOf(node) : null;
      const edge = at && edgeAt(at.x, at.y);
      if (node === undefined || !edge) return workflow().change("Move", move);
      const insert = insertDropped(edge, node, types);
      workflow().change(`Insert on ${edge}`, (before) => insert(move(before)));
    };
    return {
      ...OF_THE_DOCUMENT,
      onNodesChange: (changes) => {
        takeSelection(changes);
        const others = changes.filter(
          (change) => change.type === "position" || change.type === "dimensions",
        );
        if (others.length)
          setNodes((before) => applyNodeChanges(withGroups(others, before), before));
      },
      onConnectEnd: (event, state) => {
        if (isReadOnly) return;
        const point = "changedTouches" in event ? event.changedTouches[0] : event;
        if (point)
          addAtEnd(flow.screenToFlowPosition({ x: point.clientX, y: point.clientY }), state);
      },
      onNodeDrag: (_, node, taken) =>
        markEdge(taken.length === 1 && isLoose(node, types) ? middleOf(node) : null),
      onNodeDragStop: (_, _node, taken) => onDragStop(taken),
      onSelectionDragStop: (_, taken) => onDragStop(taken),
      onNodeClick: (_, node) => opensAtOnce && node.type === "card" && onOpen(node.id),
      onNodeDoubleClick: (_, node) => node.type === "card" && onOpen(node.id),
      onMoveEnd: (event, viewport) => onMoved?.(viewport, event === null),
    };
  }, [types, flow, setNodes, isReadOnly, opensAtOnce, onOpen, onMoved]);
}

const OF_THE_DOCUMENT: Handlers = {
  onEdgesChange: takeSelection,
  onConnect: (connection) => {
    const edge = edgeOf(connection);
    const problem = connectProblem(workflow().document, edge);
    if (problem) return say(problem);
    workflow().change(`Connect ${edgeText(edge)}`, connect(edge));
  },
  onReconnect: (before, connection) => {
    const edge = edgeOf(connection);
    workflow().change(`Connect ${edgeText(edge)}`, reconnect(before.id, edge));
  },
  onNodeContextMenu: (event, node) => openMenu(event, node.id),
  onEdgeContextMenu: (event, edge) => openMenu(event, edge.id),
  onPaneContextMenu: (event) => openMenu(event, null),
  onSelectionContextMenu: (event) => openMenu(event, undefined),
};

type Change = { type: string; id?: string; selected?: boolean };

function takeSelection(changes: readonly Change[]): void {
  const keys = new Set(workflow().selection);
  for (const { type, id, selected } of changes)
    if (type === "select" && id !== undefined)
      if (selected) keys.add(id);
      else keys.delete(id);
  workflow().select(keys);
}

const port = (handle: string | null | undefined) => handle?.replace(/^(in|out):?/, "") || MAIN;
const edgeOf = ({ source, sourceHandle, target, targetHandle }: Connection): Edge => ({
  source,
  output: port(sourceHandle),
  target,
  input: port(targetHandle),
});

/** A line that ends where nothing is: a node can be added there. */
function addAtEnd(at: { x: number; y: number }, state: FinalConnectionState): void {
  if (state.isValid || state.toNode || !state.fromNode) return;
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
}

function openMenu(event: React.MouseEvent | MouseEvent, key: string | null | undefined): void {
  event.preventDefault();
  if (key === null) workflow().select([]);
  else if (key !== undefined && !workflow().selection.has(key)) workflow().select([key]);
  ui().open({ kind: "menu", x: event.clientX, y: event.clientY, place: ui().pointer ?? [0, 0] });
}
