"""What a foreign node's process and its parent say to each other: JSON, and bytes behind it.

Used on both sides. What comes from a process is hostile: whoever reads it checks it.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tidegate import codec
from tidegate.errors import (
    CredentialError,
    ExpressionError,
    ExpressionLimit,
    ExpressionRejected,
    HttpError,
    HttpErrorType,
    InvalidInput,
    NodeError,
    NodeFailed,
    NodeRetryable,
    NodeTimeout,
    OutputTooLarge,
    SecurityError,
    SecurityErrorType,
)
from tidegate.model.item import NO_FILES, FileRef, Item, JsonObject
from tidegate.sdk.params import Lazy, NodeParams

_LENGTH: Final = struct.Struct("<I")
MAX_TEXT: Final = 10_000
"""Characters of an error's message that are believed."""
HELD_ITEMS: Final = 20_000
"""A streaming node's items keep their lineage while no more than so many came after them."""
REQUEST_FIELDS: Final = (
    *("method", "url", "headers", "timeout", "follow_redirects", "max_redirects"),
    *("max_response", "sensitive_headers", "sensitive_query", "phases", "tls", "cache"),
)
"""What of an HTTP request a foreign node may say; whether http will do is not its to say."""


def pack(message: Mapping[str, Any], data: bytes = b"") -> bytes:
    """A message and the bytes that belong to it."""
    text = codec.encode(message)
    return _LENGTH.pack(len(text)) + text + data


def unpack(packed: bytes) -> tuple[JsonObject, bytes]:
    """The reverse of :func:`pack`.

    Raises:
        InvalidInput: it is not one.
    """
    if len(packed) < _LENGTH.size:
        raise InvalidInput("this is no message")
    end = _LENGTH.size + _LENGTH.unpack_from(packed)[0]
    message = codec.decode(packed[_LENGTH.size : end])
    if not isinstance(message, dict):
        raise InvalidInput("this is no message")
    return message, packed[end:]


_PLAIN: Final[Mapping[str, Callable[..., NodeError]]] = {
    kind.__name__: kind
    for kind in (NodeFailed, NodeTimeout, CredentialError, OutputTooLarge, NodeRetryable)
}
_EXPRESSION: Final[Mapping[str, Callable[..., NodeError]]] = {
    kind.__name__: kind for kind in (ExpressionError, ExpressionLimit, ExpressionRejected)
}
_PLACE: Final = ("source", "line", "column", "end_column")
_RESERVED: Final = frozenset({"code", "message", "retry_after", "type"})


def error_to_wire(error: NodeError) -> JsonObject:
    """A node's failure as JSON."""
    made: JsonObject = {
        "class": type(error).__name__,
        "message": str(error.message)[:MAX_TEXT],
        "details": _json_like(error.details),
        "retry_after": error.retry_after,
    }
    if isinstance(error, HttpError):
        made |= {"type": error.type.value, "safe_to_repeat": error.safe_to_repeat}
    elif isinstance(error, SecurityError):
        made |= {"type": error.type.value, "rule": error.rule, "blocked": error.blocked}
    elif isinstance(error, ExpressionError):
        made |= {name: getattr(error, name) for name in _PLACE}
    return made


def error_from_wire(given: Any) -> NodeError:
    """The failure that JSON describes; what makes no sense is a plain failure."""
    found = given if isinstance(given, dict) else {}
    message = str(found.get("message", "the node failed"))[:MAX_TEXT]
    details = found.get("details")
    known = details if isinstance(details, dict) else {}
    known = {name: value for name, value in known.items() if name not in _RESERVED}
    name, kind = str(found.get("class")), str(found.get("type"))
    after = found.get("retry_after")
    retry_after = float(after) if isinstance(after, int | float) else None
    if name == "HttpError" and kind in HttpErrorType.__members__:
        safe = found.get("safe_to_repeat") is not False
        return HttpError(
            message, HttpErrorType(kind), retry_after=retry_after, safe_to_repeat=safe, **known
        )
    if name == "SecurityError" and kind in SecurityErrorType.__members__:
        rule, blocked = str(found.get("rule"))[:200], str(found.get("blocked"))[:200]
        return SecurityError(message, SecurityErrorType(kind), rule=rule, blocked=blocked)
    if name in _EXPRESSION:
        place = {part: found.get(part) for part in _PLACE}
        source = place.pop("source")
        numbers = {part: n if isinstance(n, int) else None for part, n in place.items()}
        return _EXPRESSION[name](
            message, source=source if isinstance(source, str) else None, **numbers
        )
    if name == "NodeRetryable":
        return NodeRetryable(message, retry_after, **known)
    return _PLAIN.get(name, NodeFailed)(message, **known)


def _json_like(details: Mapping[str, Any]) -> JsonObject:
    """Details without what is not JSON."""
    kept: JsonObject = {}
    for name, value in details.items():
        try:
            codec.check(value)
        except InvalidInput:
            continue
        kept[name] = value
    return kept


def item_to_wire(item: Item) -> JsonObject:
    """An item without its lineage."""
    made: JsonObject = {"json": item.json}
    if item.files:
        made["files"] = {name: ref.as_json() for name, ref in item.files.items()}
    return made


def item_from_wire(given: Any, parents: Sequence[Item] | None = None) -> Item:
    """The item that JSON describes.

    Raises:
        InvalidInput: it describes none.
    """
    if not (isinstance(given, dict) and isinstance(given.get("json"), dict)):
        raise InvalidInput("this is no item")
    files = given.get("files")
    if not files:
        return Item(given["json"], NO_FILES, parents)
    if not isinstance(files, dict):
        raise InvalidInput("an item's files are a mapping")
    return Item(given["json"], {str(n): file_from_wire(f) for n, f in files.items()}, parents)


_FILE: Final = {"key": str, "name": str, "content_type": str, "size": int, "sha256": str}


def file_from_wire(given: Any) -> FileRef:
    """The reference to a file that JSON describes.

    Raises:
        InvalidInput: it describes none.
    """
    if not isinstance(given, dict) or set(given) != set(_FILE):
        raise InvalidInput("this is no reference to a file")
    if any(type(given[name]) is not kind for name, kind in _FILE.items()):
        raise InvalidInput("this is no reference to a file")
    return FileRef(**given)


Place = tuple[str | int, ...]
"""Where a lazy parameter stands: ``("condition",)`` or ``("rules", 0, "when")``."""


def params_to_wire(values: Mapping[str, Any]) -> tuple[JsonObject, list[Place]]:
    """Parameters as JSON, and the places of the lazy ones, whose value is left out."""
    lazy: list[Place] = []
    return {name: _param(value, (name,), lazy) for name, value in values.items()}, lazy


def _param(value: Any, place: Place, lazy: list[Place]) -> Any:
    if isinstance(value, Lazy):
        lazy.append(place)
        return None
    if isinstance(value, NodeParams):
        value = given_params(value)
    if isinstance(value, dict):
        return {name: _param(part, (*place, name), lazy) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_param(part, (*place, index), lazy) for index, part in enumerate(value)]
    return value


def given_params(params: NodeParams) -> dict[str, Any]:
    """The parameters that were given, without defaults."""
    return {name: params.__dict__[name] for name in params.model_fields_set}


def at_place(values: Any, place: Place) -> Any:
    """The value at a place.

    Raises:
        LookupError, TypeError: there is none.
    """
    for part in place:
        values = vars(values)[str(part)] if isinstance(values, NodeParams) else values[part]
    return values
