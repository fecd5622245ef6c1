"""Whether a class is a proper node type: the shape that people, editor and engine expect."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, get_args

from tidegate import codec
from tidegate.engine.testing import run_node
from tidegate.errors import InvalidInput, Problem, TidegateError
from tidegate.model.workflow import InFlight, RetryPolicy
from tidegate.sdk.node import Effects, Node
from tidegate.sdk.outcome import ERROR, MAIN, Example
from tidegate.sdk.params import NodeParams
from tidegate.sdk.poll import PollParams, PollTrigger
from tidegate.services.check_params import check_params

NODE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")
_PORT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "run_item": ("ctx", "params", "item"),
    "run_each": ("ctx", "params", "items"),
    "run_batches": ("ctx", "params", "batches"),
    "run": ("ctx", "params", "items"),
}


def check_node_class(node_class: Any) -> list[Problem]:
    """Every way in which a class falls short of a node type; ``parameter`` names the attribute."""
    if not (isinstance(node_class, type) and issubclass(node_class, Node)):
        return [Problem(f"{node_class!r} is no subclass of tidegate.sdk.Node", "NODE_SHAPE")]
    check = _NodeCheck(node_class)
    check.names()
    check.method()
    check.polling()
    check.ports()
    if check.params():
        check.examples()
    return check.problems


async def run_examples(node_class: type[Node]) -> list[Problem]:
    """Run a node's examples with the real engine; a problem for each that gives something else.

    Examples that need a server (``runnable=False``) are left out.
    """
    problems = []
    for index, example in enumerate(node_class.examples):
        if not example.runnable:
            continue
        outputs = example.outputs or {}
        expected = {MAIN: example.output, **outputs} if example.output is not None else outputs
        try:
            found = await run_node(node_class, example.params, example.items, example.inputs)
        except TidegateError as error:
            message = f"this example fails: {error.message}"
        else:
            wrong = [name for name in expected if found.get(name, []) != list(expected[name])]
            if not wrong:
                continue
            gives = codec.encode(found.get(wrong[0], [])).decode()
            message = f"this example gives {gives[:500]} at output '{wrong[0]}'"
        problems.append(
            Problem(
                message, "NODE_EXAMPLE", node=node_class.name, parameter=f"examples.{index}.output"
            )
        )
    return problems


class _NodeCheck:
    """The check of one class."""

    def __init__(self, node_class: type[Node]) -> None:
        self.node = node_class
        self.problems: list[Problem] = []

    def add(self, attribute: str, message: str, hint: str | None = None) -> None:
        name = getattr(self.node, "name", self.node.__name__)
        self.problems.append(
            Problem(message, "NODE_SHAPE", node=str(name), parameter=attribute, hint=hint)
        )

    def names(self) -> None:
        node = self.node
        name = getattr(node, "name", None)
        if not isinstance(name, str) or not NODE_NAME.match(name):
            self.add("name", f"must be 'group.snake_name', not {name!r}")
        label = getattr(node, "label", None)
        if not isinstance(label, str) or not label.strip():
            self.add("label", "must be the name that people see")
        if not (node.__dict__.get("__doc__") or "").strip():
            self.add("__doc__", "the class needs a docstring: it is the node's documentation")
        if type(node.version) is not int or node.version < 1:
            self.add("version", "must be a whole number, at least 1")
        for attribute, allowed in (("effects", Effects), ("in_flight", InFlight)):
            if getattr(node, attribute) not in get_args(allowed):
                self.add(attribute, f"must be one of {', '.join(get_args(allowed))}")
        known = {field.name for field in fields(RetryPolicy)}
        for key in sorted(set(node.retry_defaults) - known):
            self.add("retry_defaults", f"'{key}' is no field of the retry policy")

    def method(self) -> None:
        found = [name for name in _METHODS if hasattr(self.node, name)]
        chooses = "shape_for" in self.node.__dict__
        if len(found) != (2 if chooses else 1):
            what = f"it has {' and '.join(found)}" if found else "it has none"
            self.add(
                "run",
                f"a node defines exactly one of run_item, run_each, run_batches and run; {what}",
            )
            return
        for name in found:
            self.signature(name)

    def signature(self, name: str) -> None:
        function = inspect.getattr_static(self.node, name)
        if name == "run_batches":
            if not inspect.isasyncgenfunction(function):
                self.add(name, "must be an async generator: 'async def' with 'yield'")
        elif not inspect.iscoroutinefunction(function):
            self.add(name, "must be defined with 'async def'")
        elif len(inspect.signature(function).parameters) != 4:
            self.add(name, f"must take self, {', '.join(_METHODS[name])}")

    def polling(self) -> None:
        """A trigger that polls has ``poll`` of its own, and the times among its parameters."""
        node = self.node
        if not issubclass(node, PollTrigger):
            if node.polls:
                self.add("polls", "only subclasses of tidegate.sdk.PollTrigger poll")
            return
        if "run" in node.__dict__ or node.run is not PollTrigger.run:
            self.add("run", "a poll trigger defines poll and leaves run as it is")
        function = inspect.getattr_static(node, "poll")
        if node.poll is PollTrigger.poll or not inspect.iscoroutinefunction(function):
            self.add("poll", "must be defined with 'async def'")
        elif len(inspect.signature(function).parameters) != 4:
            self.add("poll", "must take self, ctx, params, state")
        if not issubclass(node.Params, PollParams):
            self.add("Params", "must be a subclass of tidegate.sdk.PollParams")

    def ports(self) -> None:
        for attribute, ports_for in (
            ("inputs", self.node.inputs_for),
            ("outputs", self.node.outputs_for),
        ):
            ports = getattr(self.node, attribute)
            if not isinstance(ports, tuple) or len(set(ports)) != len(ports):
                self.add(attribute, "must be a tuple of different names")
                continue
            for port in ports:
                if not (isinstance(port, str) and _PORT.match(port)):
                    self.add(attribute, f"{port!r} is no name: letters, digits, _ and - only")
            try:
                ports_for({})
                ports_for({"mode": "{{ json.x }}", "cases": None, "fields": 1})
            except Exception as error:  # noqa: BLE001 - whatever it raises is the problem
                self.add(
                    f"{attribute}_for",
                    f"must not fail, whatever stands in the document; it raised {error!r}",
                )

    def params(self) -> bool:
        """Check ``Params``; whether examples can be checked against it."""
        model = self.node.Params
        if not (isinstance(model, type) and issubclass(model, NodeParams)):
            self.add("Params", "must be a subclass of tidegate.sdk.NodeParams")
            return False
        try:
            model.model_json_schema()
        except Exception as error:  # noqa: BLE001 - pydantic raises several kinds
            self.add("Params", f"has no JSON Schema: {error}")
        return True

    def examples(self) -> None:
        if not self.node.examples:
            self.add("examples", "a node needs at least one example", "see tidegate.sdk.Example")
        found: list[Any] = list(self.node.examples)
        for index, example in enumerate(found):
            place = f"examples.{index}"
            if not isinstance(example, Example):
                self.add(place, "must be a tidegate.sdk.Example")
                continue
            self._example(place, example)

    def _example(self, place: str, example: Example) -> None:
        for problem in check_params(self.node.Params, example.params).problems:
            self.problems.append(
                Problem(
                    problem.message,
                    problem.code,
                    node=self.node.name,
                    parameter=f"{place}.params.{problem.parameter or ''}".rstrip("."),
                    hint=problem.hint,
                )
            )
        if example.runnable and example.output is None and example.outputs is None:
            self.add(place, "needs the output that it gives: output=[...] or outputs={...}")
        outputs = (*self.node.outputs_for(example.params), ERROR)
        for name in sorted(set(example.outputs or {}) - set(outputs)):
            self.add(f"{place}.outputs", f"this node has no output '{name}'")
        inputs = self.node.inputs_for(example.params)
        for name in sorted(set(example.inputs) - set(inputs)):
            self.add(f"{place}.inputs", f"this node has no input '{name}'")
        data = [example.params, list(example.items), dict(example.inputs)]
        try:
            codec.check(
                [*data, list(example.output or ()), dict(example.outputs or {})], what=place
            )
        except InvalidInput as error:
            self.add(place, error.message)
