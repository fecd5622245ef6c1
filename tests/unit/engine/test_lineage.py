import pytest

from tidegate.engine.batches import Batch, Output
from tidegate.engine.gather import Gather
from tidegate.engine.lineage import MAX_VISITS, Origin, ancestor, node_view
from tidegate.errors import ExpressionError
from tidegate.model.item import Item
from tidegate.model.workflow import Edge


class Nodes:
    """Finished nodes, each with the items that it put out and where they came from."""

    def __init__(self):
        self.origins = {}

    def add(self, node, sources, *before):
        items = [Item({"by": node, "at": at}) for at in range(len(sources))]
        outputs = {"main": Output([Batch(0, len(items), items, sources)])}
        gather = self.gather(*before) if before else None
        self.origins[node] = Origin(outputs, gather)

    def gather(self, *before):
        delivered = [(Edge(node, "x"), self.origins[node].outputs["main"]) for node in before]
        return Gather(("main",), delivered)

    def ancestor(self, target, index, *before):
        found = ancestor(target, self.gather(*before), index, self.origins.get)
        return None if found is None else (found[0].json["by"], found[1])


@pytest.fixture
def nodes():
    return Nodes()


def test_the_node_before_is_the_first_ancestor(nodes):
    nodes.add("a", [None] * 3)
    assert nodes.ancestor("a", 2, "a") == ("a", 2)


def test_a_trail_over_several_nodes(nodes):
    nodes.add("a", [None] * 3)
    nodes.add("sorted", [2, 0, 1], "a")
    nodes.add("filtered", [1], "sorted")
    assert nodes.ancestor("sorted", 0, "filtered") == ("sorted", 1)
    assert nodes.ancestor("a", 0, "filtered") == ("a", 0)


def test_a_trail_over_a_join(nodes):
    nodes.add("a", [None] * 2)
    nodes.add("left", [0, 1], "a")
    nodes.add("right", [1, 0], "a")
    nodes.add("join", range(4), "left", "right")
    assert [nodes.ancestor("a", index, "join") for index in range(4)] == [
        ("a", 0),
        ("a", 1),
        ("a", 1),
        ("a", 0),
    ]
    assert nodes.ancestor("right", 3, "join") == ("right", 1)
    assert nodes.ancestor("right", 0, "join") is None


def test_the_nearest_parent_that_leads_there_wins(nodes):
    nodes.add("a", [None] * 3)
    nodes.add("other", [None])
    nodes.add("pair", [(2, 3)], "other", "a")
    nodes.add("sum", [(0, 2, 1)], "other", "a")
    assert nodes.ancestor("a", 0, "pair") == ("a", 1)
    assert nodes.ancestor("a", 0, "sum") == ("a", 1)


def test_a_trail_that_ends(nodes):
    nodes.add("a", [None] * 2)
    nodes.add("new", [None, None], "a")
    assert nodes.ancestor("a", 0, "new") is None
    assert nodes.ancestor("nowhere", 0, "new") is None


def test_a_search_has_an_end(nodes):
    width = MAX_VISITS * 2
    nodes.add("wide", [None] * width)
    nodes.add("sum", [tuple(range(width))], "wide")
    assert nodes.ancestor("wide", 0, "sum") == ("wide", 0)
    assert nodes.ancestor("nowhere", 0, "sum") is None


def test_a_long_way_is_walked(nodes):
    nodes.add("n0", [None])
    for number in range(1, 2000):
        nodes.add(f"n{number}", [0], f"n{number - 1}")
    assert nodes.ancestor("n0", 0, "n1999") == ("n0", 0)


def view(nodes, target, index, *before, names=("main",)):
    return node_view(target, names, nodes.origins.get, lambda: (nodes.gather(*before), index))


def test_what_expressions_see_of_a_node(nodes):
    nodes.add("a", [None] * 3)
    nodes.add("b", [1], "a")
    seen = view(nodes, "a", 0, "b")
    assert seen.item == {"json": {"by": "a", "at": 1}, "files": {}, "index": 1}
    assert (seen.json["at"], seen.first["at"], seen.last["at"]) == (1, 0, 2)
    assert [json["at"] for json in seen.items] == [0, 1, 2]
    assert seen.output("main") == seen.items


def test_without_a_current_item_a_single_one_will_do(nodes):
    nodes.add("one", [None])
    nodes.add("two", [None, None])
    assert view(nodes, "one", None, "two").item["json"]["by"] == "one"
    with pytest.raises(ExpressionError, match="it has 2 items"):
        _ = view(nodes, "two", None, "two").item


def test_nodes_that_gave_nothing_or_did_not_run(nodes):
    nodes.add("none", [])
    nodes.add("some", [None])
    seen = view(nodes, "none", 0, "some", names=("true", "false"))
    assert (seen.items, seen.output("false")) == ([], [])
    for field in ("item", "first", "last"):
        with pytest.raises(ExpressionError, match="put out no items"):
            getattr(seen, field)
    with pytest.raises(ExpressionError, match="it has: true, false"):
        seen.output("main")
    with pytest.raises(ExpressionError, match="did not run"):
        view(nodes, "other", 0, "some")
