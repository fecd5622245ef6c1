"""Checks data against a JSON Schema (draft 2020-12), listing every place that is wrong."""

from collections.abc import Mapping
from typing import Any, Final

MAX_PROBLEMS: Final = 20


def schema_problem(schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a schema itself; None if nothing is.

    References to other documents are refused: nothing is ever fetched.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, seldom needed
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415 - the same

    remote = _remote_reference(schema)
    if remote is not None:
        return f"$ref {remote!r} leads out of the schema; only '#...' is allowed"
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return error.message
    return None


def problems_of(data: Any, schema: Mapping[str, Any]) -> list[str]:
    """Every place where ``data`` does not fulfil ``schema``, as ``place: what``."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, seldom needed

    errors = sorted(Draft202012Validator(schema).iter_errors(data), key=lambda e: list(e.path))
    found = [f"{_place(error.path)}: {error.message[:300]}" for error in errors[:MAX_PROBLEMS]]
    if len(errors) > MAX_PROBLEMS:
        found.append(f"and {len(errors) - MAX_PROBLEMS} more")
    return found


def _place(path: Any) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "the data"


def _remote_reference(schema: Any) -> str | None:
    stack = [schema]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            for key in ("$ref", "$dynamicRef"):
                reference = current.get(key)
                if isinstance(reference, str) and not reference.startswith("#"):
                    return reference
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)
    return None
