"""Small node types, and a check of a text against them."""

import textwrap
from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

import pytest

from tidegate.model.document import load_document
from tidegate.registry import Registry
from tidegate.sdk import Context, Example, Field, Item, Lazy, Node, NodeParams
from tidegate.services.check import check_workflow


class Start(Node):
    """Starts executions."""

    name = "trigger.manual"
    label = "Start"
    inputs = ()
    is_trigger = True
    examples = (Example({}, output=[{}]),)

    async def run(self, ctx: Context, params: NodeParams, items: Sequence[Item]) -> Sequence[Item]:
        return [Item({})]


class Header(NodeParams):
    name: str
    value: str = ""


class Request(Node):
    """Takes parameters of many kinds, for each item."""

    name = "http.request"
    label = "Request"

    class Params(NodeParams):
        url: str = Field(label="URL", min_length=8)
        method: Literal["GET", "POST"] = Field("GET", label="Method")
        headers: list[Header] = Field([], label="Headers")
        retries: int = Field(0, ge=0, le=5, label="Retries")
        values: list[int] | int = Field(0, label="Values")
        body: Any = Field(None, label="Body")
        raw: str = Field("", label="Raw", expressions=False)
        until: Lazy[bool] = Field(default=False, label="Until", roots=("response",))

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        return item


class Sort(Node):
    """Sees all items at once."""

    name = "data.sort"
    label = "Sort"

    class Params(NodeParams):
        field: str = Field("", label="Field")
        key: Lazy[Any] = Field(None, label="Key")

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        return items


class Skip(Node):
    """Streams."""

    name = "data.skip"
    label = "Skip"

    class Params(NodeParams):
        count: int = Field(1, label="Count")

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        async for batch in batches:
            yield batch


class If(Node):
    """Two outputs."""

    name = "flow.if"
    label = "If"
    outputs = ("true", "false")

    async def run(self, ctx: Context, params: NodeParams, items: Sequence[Item]) -> Sequence[Item]:
        return items


class Merge(Node):
    """Two inputs, or as many as are asked for."""

    name = "flow.merge"
    label = "Merge"

    class Params(NodeParams):
        inputs: int = Field(2, ge=1, label="Inputs")

    @classmethod
    def inputs_for(cls, params: Any) -> tuple[str, ...]:
        count = params.get("inputs", 2)
        names = ("main", "second", "third", "fourth")
        return names[: count if isinstance(count, int) else 2]

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        return items


class Loop(Node):
    """A loop."""

    name = "flow.loop"
    label = "Loop"
    inputs = ("main", "results")
    outputs = ("each", "done")
    is_loop = True

    async def run(self, ctx: Context, params: NodeParams, items: Sequence[Item]) -> Sequence[Item]:
        return items


class Request2(Request):
    """The second version."""

    version = 2


NODES = (Start, Request, Request2, Sort, Skip, If, Merge, Loop)


@pytest.fixture
def registry():
    return Registry.of(*NODES)


@pytest.fixture
def check(registry):
    """The problems of a text: ``(code, line, column, node, parameter)`` each, in order."""

    def run(text, file="flow.yaml"):
        found = check_workflow(load_document(textwrap.dedent(text), file), registry)
        assert all(problem.file == file for problem in found)
        return [(p.code, p.line, p.column, p.node, p.parameter) for p in found]

    return run


@pytest.fixture
def only_problem(registry):
    """The one problem of a text."""

    def run(text):
        (problem,) = check_workflow(load_document(textwrap.dedent(text), "flow.yaml"), registry)
        return problem

    return run


@pytest.fixture
def in_request(only_problem):
    """The one problem of a request node with these parameters (in flow style)."""

    def run(params, type_name="http.request"):
        return only_problem(
            "tidegate: 1\nname: x\nvariables: {base: 1}\nnodes:\n  start: {type: trigger.manual}\n"
            f"  fetch:\n    type: {type_name}\n    params:\n      {params}\n"
            "edges: [start -> fetch]\n"
        )

    return run
