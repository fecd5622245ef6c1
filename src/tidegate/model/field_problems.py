"""What pydantic found wrong, as sentences with the place in the data.

One wording for the document's own keys, for nodes' parameters, and for whatever else people write.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tidegate.errors import Problem

Path = tuple[str | int, ...]

MISSING: Final = "missing"
UNKNOWN: Final = "extra_forbidden"
CUSTOM: Final = frozenset({"value_error", "assertion_error"})
"""Kinds of problems that a validator's own code reported."""

_SENTENCES: Final[dict[str, str]] = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "none_required": "must be null",
}
_BOUNDS: Final[dict[str, str]] = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "string_pattern_mismatch": "must match {pattern}",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field: ``path`` leads to it in the data, ``kind`` is pydantic's name for it."""

    path: Path
    kind: str
    message: str
    hint: str | None = None


def json_kind(value: Any) -> str:
    """What people call the type of a JSON value."""
    names: dict[type, str] = {
        type(None): "null",
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(value), type(value).__name__)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that ``name`` was probably meant to be."""
    candidates = list(known)
    lowered = {candidate.lower(): candidate for candidate in candidates}
    if name.lower() in lowered:
        return lowered[name.lower()]
    found = difflib.get_close_matches(name[:100], candidates, n=1, cutoff=0.6)
    return found[0] if found else None


def name_hint(name: str, known: Sequence[str]) -> str | None:
    """A hint for an unknown name: the nearest one, else what exists."""
    near = nearest(name, known)
    if near is not None:
        return f"did you mean '{near}'?"
    if not known:
        return None
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return f"there are: {', '.join(known[:12])}{more}"


def field_problems(
    error: ValidationError, data: Any, model: type[BaseModel], *, limit: int | None = None
) -> list[FieldProblem]:
    """The problems of a failed validation of ``data``, in the data's order of fields.

    The alternatives of a union, which pydantic reports one by one, become one problem. With a
    ``limit``, only so many of pydantic's reports are looked at.
    """
    found: dict[Path, list[FieldProblem]] = {}
    for entry in error.errors(include_url=False)[:limit]:
        problem = _problem(entry, data, model)
        found.setdefault(problem.path, []).append(problem)
    merged = [_merged(problems) for problems in found.values()]
    return [problem for problem in merged if not _is_other_alternative(problem, found)]


def params_problems(
    error: ValidationError, params: Mapping[str, Any], model: type[BaseModel]
) -> list[Problem]:
    """A node's wrong parameters, each with its dotted place in ``params``."""
    return [params_problem(found) for found in field_problems(error, params, model)]


def params_problem(found: FieldProblem) -> Problem:
    """The problem of one wrong parameter of a node."""
    codes = {MISSING: "MISSING_PARAMETER", UNKNOWN: "UNKNOWN_PARAMETER"}
    return Problem(
        found.message,
        codes.get(found.kind, "WRONG_PARAMETER"),
        parameter=".".join(map(str, found.path)) or None,
        hint=found.hint,
    )


def _problem(entry: Mapping[str, Any], data: Any, model: type[BaseModel]) -> FieldProblem:
    kind, context = entry["type"], entry.get("ctx") or {}
    path, value = _locate(entry["loc"], data, missing=kind == MISSING)
    hint = None
    if kind == MISSING:
        message = f"'{path[-1]}' is missing"
    elif kind == UNKNOWN:
        message = f"unknown key '{path[-1]}'"
        hint = name_hint(str(path[-1]), _known_keys(model, path[:-1]))
    elif kind in _SENTENCES:
        message = f"{_SENTENCES[kind]}, not {json_kind(value)}"
        if "bool" in kind and str(value).lower() in ("yes", "no", "on", "off"):
            hint = "only true and false are; yes, no, on and off are text"
    elif kind in _BOUNDS:
        message = _BOUNDS[kind].format(**{name: _short(bound) for name, bound in context.items()})
    elif kind in ("literal_error", "enum"):
        message = f"must be {context['expected']}"
        if isinstance(value, str):
            message += f", not '{value[:40]}'"
            near = nearest(value, _words(str(context["expected"])))
            hint = f"did you mean '{near}'?" if near else None
    elif kind in CUSTOM:
        message = str(context.get("error", entry["msg"]))
    else:
        message = entry["msg"][:1].lower() + entry["msg"][1:]
    return FieldProblem(path, kind, message, hint)


def _short(bound: Any) -> Any:
    return f"{bound:g}" if isinstance(bound, float) else bound


def _words(expected: str) -> list[str]:
    """The names in pydantic's ``'a', 'b' or 'c'``."""
    return expected.split("'")[1::2]


def _merged(problems: list[FieldProblem]) -> FieldProblem:
    # Lazy parameters: "or an instance of Lazy" is true and helps nobody.
    problems = [p for p in problems if p.kind != "is_instance_of"] or problems
    first = problems[0]
    texts = list(dict.fromkeys(problem.message for problem in problems))
    if len(texts) == 1:
        return first
    hint = next((problem.hint for problem in problems if problem.hint), None)
    return FieldProblem(first.path, first.kind, "; or ".join(texts), hint)


def _is_other_alternative(problem: FieldProblem, found: Iterable[Path]) -> bool:
    """Whether a wrong type is only that of an alternative which the data was not meant to be.

    A value that is of one of a union's types, with something wrong inside, is not of the others.
    """
    size = len(problem.path)
    return problem.kind in _SENTENCES and any(
        len(path) > size and path[:size] == problem.path for path in found
    )


def _locate(location: Sequence[str | int], data: Any, *, missing: bool) -> tuple[Path, Any]:
    """The part of pydantic's location that leads through the data, and the value there.

    The rest of a location names union members and validators, which are no place in the data.
    """
    path: list[str | int] = []
    current = data
    for position, part in enumerate(location):
        inside, child = _child(current, part)
        if inside:
            current = child
        elif not (missing and position == len(location) - 1):
            continue
        path.append(part)
    return tuple(path), current


def _child(value: Any, part: str | int) -> tuple[bool, Any]:
    """Whether ``part`` leads into ``value``, and what it leads to."""
    if isinstance(value, dict) and part in value:
        return True, value[part]
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return True, value[part]
    return False, None


def _known_keys(model: Any, path: Path) -> list[str]:
    names: dict[str, None] = {}
    for found in models_at(model, path):
        names.update(dict.fromkeys(field_names(found)))
    return list(names)


def field_names(model: type[BaseModel]) -> dict[str, str]:
    """The keys that a model takes in its data, each with the name of its field."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def models_at(annotation: Any, path: Path) -> Iterator[type[BaseModel]]:
    """Every model that may stand at ``path`` in data of this type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            yield annotation
            return
        name = field_names(annotation).get(str(path[0]))
        if name is not None:
            yield from models_at(annotation.model_fields[name].annotation, path[1:])
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from models_at(argument, path)
    elif isinstance(origin, type) and issubclass(origin, Mapping | Sequence):
        if path:
            yield from models_at(arguments[-1 if issubclass(origin, Mapping) else 0], path[1:])
    elif arguments:  # Annotated, or a wrapper of one type such as the SDK's Lazy
        yield from models_at(arguments[0], path)
