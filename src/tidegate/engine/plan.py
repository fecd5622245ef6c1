"""A workflow version, compiled once: graph, nodes, parameters and settings ready to run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tidegate.config import LimitSettings
from tidegate.engine.fallback import Handling, handling_of, strategy_of
from tidegate.engine.resolve import ParamsPlan, compile_params
from tidegate.engine.retry import effective_policy
from tidegate.errors import ExpressionRejected, InvalidInput, Problem, WorkflowInvalid
from tidegate.model.graph import LOOP_DONE, Graph, analyse
from tidegate.model.workflow import (
    Edge,
    FallbackStrategy,
    InFlight,
    NodeSettings,
    PlacedNode,
    RetryPolicy,
    Workflow,
)
from tidegate.sdk.node import Effects, Node, Shape
from tidegate.sdk.outcome import ERROR

NodeClasses = Callable[[str, int], type[Node]]
"""Finds the class of a node type and version; raises WorkflowInvalid for an unknown one."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A placed node, ready to run. ``timeout`` is seconds, ``memory`` bytes.

    ``through`` is the output by which its input passes when it does no work: the first one, or a
    loop's ``done``; None where it has none. ``is_foreign``: the class is no part of Tidegate.
    """

    id: str
    type: str
    node: Node
    shape: Shape
    params: ParamsPlan
    settings: NodeSettings
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    through: str | None
    effects: Effects
    concurrency: int
    retry: RetryPolicy
    timeout: float
    memory: int
    handling: Handling
    strategy: FallbackStrategy
    in_flight: InFlight
    is_loop: bool
    is_trigger: bool
    is_foreign: bool
    sensitive: bool
    credential: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A workflow that can run. Made once for each version and shared by its executions."""

    workflow: Workflow
    graph: Graph
    nodes: Mapping[str, PlannedNode]
    members: Mapping[str | None, tuple[str, ...]]
    _missing: dict[str, Mapping[str | None, dict[str, int]]] = field(default_factory=dict)

    @property
    def triggers(self) -> tuple[str, ...]:
        """The ids of the triggers that can start it, in the document's order."""
        nodes = (self.nodes[placed.id] for placed in self.workflow.nodes)
        return tuple(node.id for node in nodes if node.is_trigger and not node.settings.disabled)

    def missing(self, trigger: str) -> Mapping[str | None, dict[str, int]]:
        """How many edges each node waits for in an execution that starts at ``trigger``.

        By the loop that the nodes are in (None: no loop), with those that it reaches.
        """
        known = self._missing.get(trigger)
        if known is None:
            active = self._active(trigger)
            known = self._missing[trigger] = {
                loop: {
                    node: sum(1 for edge in self.graph.incoming[node] if edge.source in active)
                    for node in members
                    if node in active
                }
                for loop, members in self.members.items()
            }
        return known

    def _active(self, trigger: str) -> frozenset[str]:
        """What an execution that starts at ``trigger`` can reach, the trigger included."""
        seen = {trigger}
        stack = [trigger]
        while stack:
            for edge in self.graph.outgoing[stack.pop()]:
                if edge.target not in seen:
                    seen.add(edge.target)
                    stack.append(edge.target)
        return frozenset(seen)


def make_plan(workflow: Workflow, node_classes: NodeClasses, limits: LimitSettings) -> Plan:
    """Compile a workflow.

    Raises:
        WorkflowInvalid: with every problem that stands in the way.
    """
    problems: list[Problem] = []
    nodes: dict[str, PlannedNode] = {}
    for placed in workflow.nodes:
        try:
            nodes[placed.id] = _plan_node(placed, workflow, node_classes, limits)
        except ExpressionRejected as error:
            problems.append(
                Problem(error.message, "EXPRESSION", node=placed.id, hint=error.pretty())
            )
        except InvalidInput as error:
            found = error.problems or (Problem(error.message, error.code),)
            problems.extend(
                Problem(p.message, p.code, node=placed.id, parameter=p.parameter) for p in found
            )
    known = {placed.id for placed in workflow.nodes}
    edges = [e for e in workflow.edges if e.source in known and e.target in known]
    loops = {placed.id for placed in workflow.nodes if _is_loop(nodes, placed.id)}
    graph = analyse([placed.id for placed in workflow.nodes], edges, loops)
    problems += [Problem(p.message, p.code, node=p.nodes[0]) for p in graph.problems]
    problems += [
        Problem(text, "NODE_NOT_BEFORE", node=node.id)
        for node in nodes.values()
        for target in sorted(node.params.nodes)
        if (text := _reference_problem(graph, target, node.id)) is not None
    ]
    problems += [_bad_edge(edge, nodes) for edge in workflow.edges if not _fits(edge, nodes)]
    problems += _trigger_problems(nodes.values())
    if problems:
        raise WorkflowInvalid(f"workflow {workflow.name!r} can't run", problems)
    members = {loop: graph.members(loop) for loop in (None, *loops)}
    return Plan(workflow, graph, nodes, members)


def _trigger_problems(nodes: Iterable[PlannedNode]) -> list[Problem]:
    triggers = [node for node in nodes if node.is_trigger]
    if not triggers:
        return [Problem("there is no trigger; add a trigger.manual node", "NO_TRIGGER")]
    if all(node.settings.disabled for node in triggers):
        return [Problem("every trigger is disabled", "NO_TRIGGER", node=triggers[0].id)]
    return []


def _reference_problem(graph: Graph, target: str, node: str) -> str | None:
    if target not in graph.incoming:
        return f"node(\"{target}\"): there is no node '{target}'"
    return graph.reference_problem(target, node)


def _is_loop(nodes: Mapping[str, PlannedNode], node_id: str) -> bool:
    return node_id in nodes and nodes[node_id].is_loop


def _fits(edge: Edge, nodes: Mapping[str, PlannedNode]) -> bool:
    source, target = nodes.get(edge.source), nodes.get(edge.target)
    if source is None or target is None:
        return False
    return edge.output in source.outputs and edge.input in target.inputs


def _bad_edge(edge: Edge, nodes: Mapping[str, PlannedNode]) -> Problem:
    return Problem(f"the edge '{edge}' does not fit its nodes", "BAD_EDGE", node=edge.source)


def _plan_node(
    placed: PlacedNode, workflow: Workflow, node_classes: NodeClasses, limits: LimitSettings
) -> PlannedNode:
    cls = node_classes(placed.type, placed.version)
    settings = placed.settings
    fallback = workflow.settings.fallback
    outputs = cls.outputs_for(placed.params)
    usual = limits.max_timeout if cls.is_long else limits.timeout
    effects = cls.effects_for(placed.params)
    through = LOOP_DONE if cls.is_loop else next(iter(outputs), None)
    if settings.on_error == "error_output" and ERROR not in outputs:
        outputs = (*outputs, ERROR)
    return PlannedNode(
        id=placed.id,
        type=placed.type,
        node=cls(),
        shape=cls.shape_for(placed.params),
        params=compile_params(cls.Params, placed.params),
        settings=settings,
        inputs=cls.inputs_for(placed.params),
        outputs=outputs,
        through=through,
        effects=effects,
        concurrency=1 if effects == "none" else cls.concurrency_for(placed.params),
        retry=effective_policy(cls.retry_defaults, settings.retry),
        timeout=min(settings.timeout or usual, limits.max_timeout),
        memory=min(settings.memory_limit or limits.memory, limits.max_memory) << 20,
        handling=handling_of(settings, fallback),
        strategy=strategy_of(settings, fallback),
        in_flight=settings.in_flight or cls.in_flight,
        is_loop=cls.is_loop,
        is_trigger=cls.is_trigger,
        is_foreign=not cls.__module__.startswith("tidegate.nodes."),
        sensitive=settings.sensitive,
        credential=placed.credential,
    )
