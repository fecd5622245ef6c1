import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.model.document_schema import edge_from_text
from tidegate.model.graph import analyse


def graph_of(nodes, lines, loops=()):
    return analyse(nodes.split(), [edge_from_text(line) for line in lines], loops)


def codes(graph):
    return [(problem.code, problem.nodes) for problem in graph.problems]


def test_the_order_is_topological_and_follows_the_document():
    graph = graph_of("d c b a", ["a -> d", "b -> d", "c -> a"])
    assert graph.order == ("c", "a", "b", "d")
    assert codes(graph) == []
    assert graph.upstream("d") == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("lines", "cycles"),
    [
        (["a -> a"], [("a",)]),
        (["a -> b", "b -> a"], [("a", "b")]),
        (["d -> a", "a -> b", "b -> c", "c -> a", "c -> e"], [("a", "b", "c")]),
        (["a -> b", "b -> a", "c -> d", "d -> c"], [("a", "b"), ("c", "d")]),
        (["a -> b", "b -> c", "c -> b", "a -> d", "d -> e", "e -> d"], [("b", "c"), ("d", "e")]),
        (
            ["a -> b", "b -> c", "c -> b", "c -> d", "d -> e", "e -> d", "d -> a"],
            [("b", "c"), ("d", "e")],
        ),
    ],
)
def test_every_separate_cycle_is_named_in_walking_order(lines, cycles):
    assert codes(graph_of("a b c d e", lines)) == [("CYCLE", cycle) for cycle in cycles]


EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20, unique=True)


@given(EDGES)
def test_cycles_are_cycles_and_an_order_means_there_is_none(pairs):
    edges = [edge_from_text(f"n{a} -> n{b}") for a, b in pairs]
    graph = analyse([f"n{i}" for i in range(8)], edges, ())
    known = {(edge.source, edge.target) for edge in edges}
    seen = set()
    for problem in graph.problems:
        names = problem.nodes
        assert all(step in known for step in zip(names, (*names[1:], names[0]), strict=True))
        assert not seen & set(names)
        seen |= set(names)
    position = {node: index for index, node in enumerate(graph.order)}
    is_ordered = all(position[edge.source] < position[edge.target] for edge in edges)
    assert is_ordered == (not graph.problems)


def test_a_cycle_of_many_nodes_is_found():
    count = 20_000
    edges = [edge_from_text(f"n{i} -> n{(i + 1) % count}") for i in range(count)]
    (problem,) = analyse([f"n{i}" for i in range(count)], edges, ()).problems
    assert len(problem.nodes) == count


def test_a_loop_is_a_scope():
    lines = ["s -> l", "l.each -> a", "a -> b", "b -> l.results", "l.done -> c"]
    graph = graph_of("s l a b c", lines, {"l"})
    assert codes(graph) == []
    assert graph.members("l") == ("a", "b")
    assert graph.members(None) == ("s", "l", "c")
    assert [str(edge) for edge in graph.closing["l"]] == ["b -> l.results"]
    assert graph.loops["b"] == ("l",)


def test_loops_may_be_nested():
    lines = ["s -> l", "l.each -> m", "m.each -> a", "a -> m.results", "m.done -> l.results"]
    graph = graph_of("s l m a", lines, {"l", "m"})
    assert codes(graph) == []
    assert graph.loops["a"] == ("l", "m")
    assert graph.members("l") == ("m",)


def test_a_way_back_without_results_is_a_cycle():
    graph = graph_of("s l a", ["s -> l", "l.each -> a", "a -> l"], {"l"})
    ((code, nodes),) = codes(graph)
    assert (code, set(nodes)) == ("CYCLE", {"l", "a"})
    assert "end the loop's body with an edge into 'l.results'" in graph.problems[0].message


def test_bodies_are_entered_and_left_by_the_loop_alone():
    lines = ["s -> l", "l.each -> a", "a -> l.results"]
    assert codes(graph_of("s l a", [*lines, "s -> a"], {"l"})) == [("LOOP_ENTRY", ("a", "l"))]
    assert codes(graph_of("s l a b", [*lines, "l.done -> b", "a -> b"], {"l"})) == [
        ("LOOP_ENTRY", ("b", "l"))
    ]
    assert codes(graph_of("s l b", ["s -> l", "s -> b", "b -> l.results"], {"l"})) == [
        ("LOOP_RESULT", ("b", "l"))
    ]


def test_results_may_come_straight_from_each():
    graph = graph_of(
        "s l a", ["s -> l", "l.each -> l.results", "l.each -> a", "l.done -> x"][:3], {"l"}
    )
    assert codes(graph) == []
    assert [str(edge) for edge in graph.closing["l"]] == ["l.each -> l.results"]


@pytest.mark.parametrize("line", ["a -> l.results", "m.each -> l.results"])
def test_an_inner_loop_delivers_to_the_outer_one_by_done_alone(line):
    lines = ["s -> l", "l.each -> m", "m.each -> a", line, "m.done -> l.results"]
    graph = graph_of("s l m a", lines, {"l", "m"})
    (problem,) = graph.problems
    assert problem.code == "LOOP_RESULT"
    assert "only 'm.done' and what follows it can" in problem.message
    assert graph.loops["a"] == ("l", "m")


def test_results_from_outside_the_body_are_refused():
    lines = ["s -> l", "s -> a", "l.each -> b", "a -> l.results", "l.done -> c", "c -> l.results"]
    graph = graph_of("s l a b c", lines, {"l"})
    assert codes(graph) == [("LOOP_RESULT", ("a", "l")), ("LOOP_RESULT", ("c", "l"))]


def test_upstream_goes_into_a_body_but_not_out_of_it():
    lines = ["s -> l", "l.each -> a", "a -> b", "b -> l.results", "l.done -> c"]
    graph = graph_of("s l a b c", lines, {"l"})
    assert graph.upstream("b") == {"a", "l", "s"}
    assert graph.upstream("c") == {"l", "s"}
