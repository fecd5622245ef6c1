"""Paths from expressions, and what is known of a file, as JSON."""

from typing import Any

from tidegate.sdk import FileInfo, JsonObject, NodeFailed
from tidegate.sdk.values import type_name


def path_of(value: Any) -> str:
    """A path that an expression gave.

    Raises:
        NodeFailed: it is no text, or empty.
    """
    if type(value) is not str or not value:
        raise NodeFailed(f"the path is {'empty' if value == '' else type_name(value)}")
    return value


def as_json(info: FileInfo | None, path: str) -> JsonObject:
    """What is known of a file.

    Raises:
        NodeFailed: it is not there.
    """
    if info is None:
        raise NodeFailed(f"there is no {path!r}")
    return {
        "path": info.path,
        "name": info.name,
        "size": info.size,
        "modified_at": info.modified_at,
    }
