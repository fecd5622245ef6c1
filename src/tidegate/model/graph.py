"""The shape of a workflow: order, loops and what can't be run. Pure; used by check and engine.

A loop is a structured scope. Its body is what can be reached from the loop's ``each`` output;
an edge from the body into the loop's ``results`` input closes the scope and is no cycle. The body
is entered through ``each`` alone and left through the loop's ``done``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tidegate.model.workflow import Edge

LOOP_EACH: Final = "each"
LOOP_DONE: Final = "done"
LOOP_RESULTS: Final = "results"


@dataclass(frozen=True, slots=True)
class GraphProblem:
    """Why the graph can't run; ``nodes`` in the order in which they are to be named."""

    code: str
    message: str
    nodes: tuple[str, ...]
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """The analysed shape.

    ``order`` is topological (closing edges left out), stable in the document's order.
    ``incoming`` and ``outgoing`` hold the edges without the closing ones, which are in
    ``closing`` by loop. ``loops`` names the loops around each node, outermost first.
    """

    order: tuple[str, ...]
    incoming: Mapping[str, tuple[Edge, ...]]
    outgoing: Mapping[str, tuple[Edge, ...]]
    closing: Mapping[str, tuple[Edge, ...]]
    loops: Mapping[str, tuple[str, ...]]
    problems: tuple[GraphProblem, ...]

    def members(self, loop: str | None) -> tuple[str, ...]:
        """The nodes directly inside a loop (None: outside all loops), in order."""
        return tuple(node for node in self.order if (self.loops[node] or (None,))[-1] == loop)

    def upstream(self, node: str) -> frozenset[str]:
        """Every node that runs before ``node``, through loops' edges too."""
        seen: set[str] = set()
        stack = [node]
        while stack:
            for edge in self.incoming[stack.pop()]:
                if edge.source not in seen:
                    seen.add(edge.source)
                    stack.append(edge.source)
        return frozenset(seen)

    def reference_problem(self, target: str, node: str) -> str | None:
        """Why expressions of ``node`` can't use ``node("target")``; None if they can.

        A node that merely often is done earlier, in another branch, must not be relied on.
        """
        seen = {node}
        stack = [node]
        while stack:
            for edge in self.incoming[stack.pop()]:
                if edge.source == target:
                    return None
                if edge.source not in seen:
                    seen.add(edge.source)
                    stack.append(edge.source)
        inside = next((loop for loop in self.loops[target] if loop in seen), None)
        if inside is not None:
            return (
                f"node(\"{target}\"): it runs inside the loop '{inside}'; behind the loop, use "
                f'node("{inside}")'
            )
        return f"node(\"{target}\"): no way leads from '{target}' to '{node}'; add an edge"


def analyse(nodes: Sequence[str], edges: Sequence[Edge], loop_nodes: Collection[str]) -> Graph:
    """Find order, loops and problems.

    Args:
        nodes: ids in the document's order.
        edges: edges between existing nodes (dangling ones are the caller's to report).
        loop_nodes: ids of the nodes whose type is a loop.
    """
    closing: dict[str, list[Edge]] = {loop: [] for loop in nodes if loop in loop_nodes}
    open_edges: list[Edge] = []
    for edge in edges:
        if edge.target in closing and edge.input == LOOP_RESULTS:
            closing[edge.target].append(edge)
        else:
            open_edges.append(edge)
    bodies = {loop: _body(loop, open_edges) for loop in closing}
    loops = {node: _loops_around(node, bodies) for node in nodes}
    problems = [
        problem
        for found in closing.values()
        for edge in found
        if (problem := _result_problem(edge, bodies, loops)) is not None
    ]
    incoming: dict[str, list[Edge]] = {node: [] for node in nodes}
    outgoing: dict[str, list[Edge]] = {node: [] for node in nodes}
    for edge in open_edges:
        incoming[edge.target].append(edge)
        outgoing[edge.source].append(edge)
    order, rest = _order(nodes, incoming, outgoing)
    problems.extend(_cycle_problem(cycle, bodies) for cycle in _cycles(rest, outgoing))
    problems.extend(_scope_problems(nodes, incoming, bodies))
    return Graph(
        order=(*order, *rest),
        incoming={node: tuple(found) for node, found in incoming.items()},
        outgoing={node: tuple(found) for node, found in outgoing.items()},
        closing={loop: tuple(found) for loop, found in closing.items()},
        loops=loops,
        problems=tuple(problems),
    )


def _body(loop: str, edges: Sequence[Edge]) -> frozenset[str]:
    """What can be reached from ``each``; the edges that close a loop are not among ``edges``."""
    targets: dict[str, list[str]] = {}
    for edge in edges:
        targets.setdefault(edge.source, []).append(edge.target)
    stack = [edge.target for edge in edges if edge.source == loop and edge.output == LOOP_EACH]
    seen: set[str] = set()
    while stack:
        node = stack.pop()
        if node != loop and node not in seen:
            seen.add(node)
            stack.extend(targets.get(node, ()))
    return frozenset(seen)


def _loops_around(node: str, bodies: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    around = [loop for loop, body in bodies.items() if node in body]
    return tuple(sorted(around, key=lambda loop: -len(bodies[loop])))


def _order(
    nodes: Sequence[str],
    incoming: Mapping[str, Sequence[Edge]],
    outgoing: Mapping[str, Sequence[Edge]],
) -> tuple[list[str], list[str]]:
    """Kahn's algorithm, taking ready nodes in the document's order; and what lies on cycles."""
    position = {node: index for index, node in enumerate(nodes)}
    missing = {node: len(incoming[node]) for node in nodes}
    ready = [node for node in reversed(nodes) if not missing[node]]
    order: list[str] = []
    while ready:
        node = ready.pop()
        order.append(node)
        freed = []
        for edge in outgoing[node]:
            missing[edge.target] -= 1
            if not missing[edge.target]:
                freed.append(edge.target)
        ready.extend(sorted(set(freed), key=lambda name: -position[name]))
    done = set(order)
    return order, [node for node in nodes if node not in done]


def _cycles(
    rest: Sequence[str], outgoing: Mapping[str, Sequence[Edge]]
) -> Iterator[tuple[str, ...]]:
    """Cycles without a common node among those that could not be ordered, in walking order."""
    left = set(rest)
    for start in rest:
        if start not in left:
            continue
        trail = [start]
        places = {start: 0}
        walks = [iter(outgoing[start])]
        while walks:
            edge = next(walks[-1], None)
            if edge is None:
                walks.pop()
                left.discard(trail.pop())
            elif edge.target in places and edge.target in left:
                first = places[edge.target]
                cycle = tuple(trail[first:])
                yield cycle
                left.difference_update(cycle)
                del trail[first:], walks[first:]
            elif edge.target in left:
                places[edge.target] = len(trail)
                trail.append(edge.target)
                walks.append(iter(outgoing[edge.target]))


def _cycle_problem(cycle: tuple[str, ...], bodies: Mapping[str, frozenset[str]]) -> GraphProblem:
    walk = " -> ".join((*cycle, cycle[0]))
    loop = next((node for node in cycle if node in bodies), None)
    hint = (
        f"end the loop's body with an edge into '{loop}.{LOOP_RESULTS}'"
        if loop
        else "to repeat nodes, use flow.loop"
    )
    return GraphProblem("CYCLE", f"these nodes form a cycle: {walk}; {hint}", cycle)


def _result_problem(
    edge: Edge, bodies: Mapping[str, frozenset[str]], loops: Mapping[str, tuple[str, ...]]
) -> GraphProblem | None:
    """Why an edge can't deliver to a loop's ``results``, if it can't."""
    opens = edge.source in bodies and edge.output == LOOP_EACH
    around = (*loops[edge.source], edge.source) if opens else loops[edge.source]
    if around and around[-1] == edge.target:
        return None
    if edge.target in around:
        inner = around[-1]
        reason = (
            f"'{edge.source}' is in the body of the inner loop '{inner}', so it can't deliver to "
            f"'{edge.target}.{LOOP_RESULTS}'; only '{inner}.{LOOP_DONE}' and what follows it can"
        )
    else:
        reason = (
            f"'{edge.source}' is not in the body of loop '{edge.target}', so it can't deliver to "
            f"its input '{LOOP_RESULTS}'; only what follows '{edge.target}.{LOOP_EACH}' can"
        )
    return GraphProblem("LOOP_RESULT", reason, (edge.source, edge.target), edge)


def _scope_problems(
    nodes: Sequence[str],
    incoming: Mapping[str, Sequence[Edge]],
    bodies: Mapping[str, frozenset[str]],
) -> list[GraphProblem]:
    """Edges that enter a loop's body from outside, and loops that overlap without nesting."""
    problems = []
    for loop, body in bodies.items():
        for node in nodes:
            for edge in incoming[node] if node in body else ():
                inside = edge.source in body
                if inside or (edge.source == loop and edge.output == LOOP_EACH):
                    continue
                source = str(edge).split(" ->", maxsplit=1)[0]
                problems.append(
                    GraphProblem(
                        "LOOP_ENTRY",
                        f"'{node}' follows '{loop}.{LOOP_EACH}', so it is in the loop's body, "
                        f"but '{source}' leads into it from outside; after the loop, go on from "
                        f"'{loop}.{LOOP_DONE}' alone",
                        (node, loop),
                        edge,
                    )
                )
    return problems
