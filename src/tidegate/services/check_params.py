"""A placed node's raw parameters: which are wrong, and which expressions they hold."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tidegate.errors import ExpressionRejected, Problem
from tidegate.expressions import Template, compile_template
from tidegate.expressions.parser import parse
from tidegate.model.field_problems import (
    CUSTOM,
    MISSING,
    UNKNOWN,
    FieldProblem,
    Path,
    field_problems,
    params_problem,
)
from tidegate.sdk.params import NodeParams, field_hints, is_lazy_field


@dataclass(frozen=True, slots=True)
class ExpressionUse:
    """Expressions in a parameter; ``parameter`` is its dotted path."""

    parameter: str
    template: Template
    is_lazy: bool

    def variables(self) -> frozenset[str]:
        """The names ``x`` of every ``vars.x`` and ``vars["x"]``."""
        if "vars" not in self.template.roots:
            return frozenset()
        found: set[str] = set()
        for expression in self.template.expressions:
            tree, _ = parse(expression.source)
            found.update(_variables(tree))
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class ParamsCheck:
    """What was found; the problems' places are dotted paths in the parameters."""

    problems: tuple[Problem, ...]
    expressions: tuple[ExpressionUse, ...]


def check_params(model: type[NodeParams], params: Mapping[str, Any]) -> ParamsCheck:
    """Check parameters as far as that is possible before an expression has a value.

    What an expression will give is not known yet, so whatever is wrong with the text that holds
    it is no problem; the rest is checked as it will be when the node runs.
    """
    problems: list[Problem] = []
    uses: list[ExpressionUse] = []
    computed: list[Path] = []
    for name, value in params.items():
        hints = field_hints(model, name)
        if hints.get("expressions") is False:
            continue
        roots = frozenset(hints.get("roots", ()))
        for path, text in _texts(value, (name,)):
            parameter = ".".join(map(str, path))
            try:
                template = compile_template(text, extra_roots=roots)
            except ExpressionRejected as error:
                problems.append(_syntax_problem(error, parameter))
                computed.append(path)
                continue
            if template is not None and template.expressions:
                uses.append(ExpressionUse(parameter, template, is_lazy_field(model, name)))
                computed.append(path)
    problems += [params_problem(found) for found in _wrong_values(model, params, computed)]
    return ParamsCheck(tuple(problems), tuple(uses))


def _variables(tree: ast.expr) -> Iterator[str]:
    methods = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute | ast.Subscript) and _is_vars(node.value)):
            continue
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                yield node.slice.value
        elif id(node) not in methods:
            yield node.attr


def _is_vars(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Name) and tree.id == "vars"


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text in a value that may hold an expression, with its place."""
    if isinstance(value, str):
        if "{{" in value:
            yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, (*path, index))


def _syntax_problem(error: ExpressionRejected, parameter: str) -> Problem:
    pointer = error.pretty().removeprefix(error.message).lstrip("\n")
    return Problem(error.message, "EXPRESSION_SYNTAX", parameter=parameter, hint=pointer or None)


def _wrong_values(
    model: type[NodeParams], params: Mapping[str, Any], computed: Sequence[Path]
) -> list[FieldProblem]:
    try:
        model.model_validate(dict(params))
    except ValidationError as error:
        found = field_problems(error, params, model)
    else:
        return []
    return [problem for problem in found if not _is_open(problem, computed)]


def _is_open(problem: FieldProblem, computed: Sequence[Path]) -> bool:
    """Whether a problem may go away when the expressions have their values."""
    if problem.kind in (MISSING, UNKNOWN):
        return False
    if problem.path in computed:
        return True
    by_whole_value = problem.kind in CUSTOM or problem.kind.startswith("union_tag")
    return by_whole_value and any(path[: len(problem.path)] == problem.path for path in computed)
