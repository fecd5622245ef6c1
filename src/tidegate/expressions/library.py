"""What functions and methods of expressions are, and how their calls are checked.

The files in ``functions/`` fill one :class:`Topic` each. Nothing is ever looked up on a Python
object: ``a.b()`` finds ``b`` in a fixed table by the exact type of ``a``.
"""

import inspect
import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from tidegate.errors import ExpressionError
from tidegate.expressions.scope import NodeView

Call = TypeVar("Call", bound=Callable[..., Any])

Key = Callable[[Any], Any]
"""What ``lambda x: ...`` becomes."""

KEY: Final = "key"
"""The parameter that takes a :data:`Key`."""

RECEIVER_NAMES: Final[dict[type, str]] = {
    str: "text",
    int: "number",
    float: "number",
    list: "list",
    dict: "object",
    datetime: "datetime",
    date: "date",
    timedelta: "duration",
    NodeView: "node",
}


@dataclass(frozen=True, slots=True)
class Example:
    """An expression and its value; shown in the reference, and a test."""

    source: str
    value: Any


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method: the Python function behind it takes the scope first.

    ``lazy`` functions get their arguments not evaluated, as functions of the scope.
    """

    name: str
    call: Callable[..., Any]
    summary: str
    parameters: tuple[inspect.Parameter, ...]
    example: Example
    receiver: type | None = None
    lazy: bool = False

    @property
    def signature(self) -> str:
        """How it is called, as people read it: ``sorted(values, key=None, reverse=False)``."""
        shown = [_shown(parameter) for parameter in self.parameters]
        for position, parameter in enumerate(self.parameters):
            if parameter.kind is parameter.VAR_POSITIONAL:
                break
            if parameter.kind is parameter.KEYWORD_ONLY:
                shown.insert(position, "*")
                break
        return f"{self.name}({', '.join(shown)})"

    def parameter_at(self, position: int) -> inspect.Parameter | None:
        """The parameter that takes the positional argument number ``position`` (from 0)."""
        for index, parameter in enumerate(self.parameters):
            if parameter.kind is parameter.VAR_POSITIONAL:
                return parameter
            if parameter.kind is parameter.KEYWORD_ONLY:
                return None
            if index == position:
                return parameter
        return None

    def problem_with(self, positional: int, keywords: Collection[str]) -> str | None:
        """Why a call with so many positional arguments and these keywords is wrong, or None."""
        if positional and self.parameter_at(positional - 1) is None:
            return f"too many arguments: {self.signature}"
        taken = {
            parameter.name
            for index, parameter in enumerate(self.parameters)
            if index < positional and parameter.kind is not parameter.KEYWORD_ONLY
        }
        by_name = {
            parameter.name
            for parameter in self.parameters
            if parameter.kind is not parameter.VAR_POSITIONAL
        }
        for keyword in keywords:
            if keyword not in by_name:
                return f"no argument is called {keyword[:40]!r}: {self.signature}"
            if keyword in taken:
                return f"{keyword!r} is given twice: {self.signature}"
        for parameter in self.parameters:
            given = parameter.name in taken or parameter.name in keywords
            if parameter.default is parameter.empty and not given:
                if parameter.kind is parameter.VAR_POSITIONAL:
                    continue
                return f"{parameter.name!r} is missing: {self.signature}"
        return None


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute that expressions may read of values of one type."""

    name: str
    receiver: type
    summary: str
    get: Callable[[Any], Any]


def _shown(parameter: inspect.Parameter) -> str:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    if parameter.default is parameter.empty:
        return parameter.name
    return f"{parameter.name}={parameter.default!r}"


@dataclass(slots=True)
class Topic:
    """The functions, methods and fields of one subject."""

    title: str
    functions: dict[str, Function] = made_by(default_factory=dict)
    methods: dict[tuple[type, str], Function] = made_by(default_factory=dict)
    fields: dict[tuple[type, str], Field] = made_by(default_factory=dict)

    def function(
        self, source: str, value: Any, *, name: str = "", lazy: bool = False
    ) -> Callable[[Call], Call]:
        """Make the decorated function known; its docstring's first line is its description.

        Args:
            source: an example expression.
            value: its value.
            name: how expressions call it, where that is not the Python name.
            lazy: whether it gets its arguments not evaluated.
        """

        def add(call: Call) -> Call:
            made = _made(call, name or call.__name__, 1, Example(source, value), lazy=lazy)
            assert made.name not in self.functions, made.name
            self.functions[made.name] = made
            return call

        return add

    def method(
        self, receiver: type, source: str, value: Any, *, name: str = ""
    ) -> Callable[[Call], Call]:
        """Make the decorated function known as a method of values of the type ``receiver``."""

        def add(call: Call) -> Call:
            made = _made(call, name or call.__name__, 2, Example(source, value), receiver=receiver)
            assert (receiver, made.name) not in self.methods, made.name
            self.methods[receiver, made.name] = made
            return call

        return add

    def field(self, receiver: type, name: str, summary: str) -> None:
        """Make the attribute ``name`` of values of the type ``receiver`` known."""
        self.fields[receiver, name] = Field(name, receiver, summary, operator.attrgetter(name))


def _made(
    call: Callable[..., Any],
    name: str,
    hidden: int,
    example: Example,
    *,
    receiver: type | None = None,
    lazy: bool = False,
) -> Function:
    """The function without its first ``hidden`` parameters (the scope and the receiver)."""
    parameters = tuple(inspect.signature(call).parameters.values())[hidden:]
    summary = (call.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    assert summary, f"{name} has no description"
    return Function(name, call, " ".join(summary.split()), parameters, example, receiver, lazy)


def need_key(key: Any) -> Key:
    """``key``, which must come from a lambda."""
    if not callable(key):
        raise ExpressionError("key must be lambda x: ...")
    function: Key = key
    return function
