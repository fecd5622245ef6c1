from datetime import UTC, datetime

import pytest

from tidegate.errors import ExpressionError
from tidegate.expressions import NodeView, Scope, compile_expression
from tidegate.sdk.budget import Budget

NOW = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def node_view():
    """Makes a NodeView of the items of a node's outputs."""

    def make(node_id, main, **others):
        return NodeView(
            node_id,
            item=lambda: {"json": main[0], "files": {}, "index": 0},
            items=lambda: main,
            first=lambda: main[0],
            last=lambda: main[-1],
            output=lambda name: others[name],
        )

    return make


@pytest.fixture
def scope(node_view):
    """Makes a scope; the clock stands still and the node "fetch" has results."""

    def lookup(node_id):
        if node_id != "fetch":
            raise ExpressionError(f"there is no node {node_id!r}")
        return node_view("fetch", [{"id": 7}, {"id": 8}], error=[{"message": "no"}])

    def make(json=None, *, budget=None, **values):
        roots = {"json": {} if json is None else json, **values}
        return Scope(roots, budget or Budget(), node_lookup=lookup, clock=lambda: NOW)

    return make


@pytest.fixture
def run(scope):
    """Evaluates an expression for the object ``json``."""

    def evaluate(source, json=None, **values):
        return compile_expression(source, extra_roots=frozenset(values)).evaluate(
            scope(json, **values)
        )

    return evaluate
