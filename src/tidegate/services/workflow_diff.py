"""Where two documents differ, place by place."""

from collections.abc import Iterator
from typing import Any

from tidegate.model.document_write import DRAWN
from tidegate.model.item import JsonObject


def differences(before: JsonObject, after: JsonObject) -> list[JsonObject]:
    """``{"path", "kind", "before", "after"}`` of each place; lists differ as a whole."""
    first = {key: value for key, value in before.items() if key not in DRAWN}
    second = {key: value for key, value in after.items() if key not in DRAWN}
    return list(_compare(first, second, ""))


def _compare(before: Any, after: Any, path: str) -> Iterator[JsonObject]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield {"path": path, "kind": "changed", "before": before, "after": after}
        return
    for key in dict.fromkeys([*before, *after]):
        place = f"{path}.{key}" if path else key
        if key not in after:
            yield {"path": place, "kind": "removed", "before": before[key]}
        elif key not in before:
            yield {"path": place, "kind": "added", "after": after[key]}
        else:
            yield from _compare(before[key], after[key], place)
