"""Evaluate an expression once, outside of any execution: for the command line and previews."""

from collections.abc import Mapping
from typing import Any, Final

from tidegate import codec
from tidegate.errors import ExpressionError, InvalidInput
from tidegate.expressions.access import NODE_ROOT
from tidegate.expressions.expression import compile_expression
from tidegate.expressions.scope import MAX_MEMORY, MAX_SECONDS, MAX_STEPS, NodeView, Scope
from tidegate.expressions.template import compile_template
from tidegate.sdk.budget import Budget

PREVIEW_MEMORY: Final = 2 * MAX_MEMORY
"""Room for the result beside one evaluation's own limit."""


def evaluate(source: str, env: Mapping[str, Any], budget: Budget | None = None) -> Any:
    """The value of ``source`` with the roots of ``env``.

    Args:
        source: an expression without ``{{ }}``.
        env: roots by name, JSON-like. ``env["node"]`` is an object with the list of objects that
            each node gave, by its id.
        budget: what it may use; by default the limits of one evaluation.

    Raises:
        ExpressionRejected: it does not compile.
        ExpressionError: it can't be evaluated, or ``env`` is not JSON-like.
        ExpressionLimit: a limit ended it.
    """
    return compile_expression(source, extra_roots=frozenset(env)).evaluate(_scope(env, budget))


def evaluate_text(text: str, env: Mapping[str, Any]) -> Any:
    """What a parameter's text gives: the value of its expression, or a text with all of them.

    Args:
        text: a text that may hold ``{{ }}``; without any it stands for itself.
        env: as for :func:`evaluate`.

    Raises:
        ExpressionError: as :func:`evaluate` does.
    """
    template = compile_template(text, extra_roots=frozenset(env))
    return text if template is None else template.evaluate(_scope(env, None))


def _scope(env: Mapping[str, Any], budget: Budget | None) -> Scope:
    try:
        codec.check(dict(env), what="env")
    except InvalidInput as error:
        raise ExpressionError(error.message) from None
    values = {name: value for name, value in env.items() if name != NODE_ROOT}
    nodes = env.get(NODE_ROOT, {})

    def lookup(node_id: str) -> NodeView:
        found = nodes.get(node_id) if type(nodes) is dict else None
        if type(found) is not list:
            raise ExpressionError(f"no results of a node {node_id!r} were given")
        return _view(node_id, found)

    budget = budget or Budget(memory=PREVIEW_MEMORY, steps=2 * MAX_STEPS, seconds=2 * MAX_SECONDS)
    return Scope(values, budget, node_lookup=lookup)


def _view(node_id: str, items: list[Any]) -> NodeView:
    def at(position: int) -> Any:
        if not items:
            raise ExpressionError(f"the node {node_id!r} gave no items")
        return items[position]

    def output(name: str) -> list[Any]:
        if name != "main":
            raise ExpressionError(f"no results of the output {name!r} were given")
        return items

    return NodeView(
        node_id,
        item=lambda: {"json": at(0), "files": {}, "index": 0},
        items=lambda: items,
        first=lambda: at(0),
        last=lambda: at(-1),
        output=output,
    )
