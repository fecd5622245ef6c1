"""Names with values: query parameters, headers and form fields, as pairs or as a JSON object."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote, urlencode

from tidegate.sdk import Field, Json, NodeFailed, NodeParams
from tidegate.sdk.values import as_text, type_name

ArrayFormat = Literal["repeat", "brackets", "indices", "comma"]
Pairs = list[tuple[str, str]]


class Pair(NodeParams):
    """A name and its value. In a list of them names may repeat, and their order stays."""

    name: str = Field(label="Name")
    value: Json = Field(None, label="Value")


Values = Mapping[str, Any] | Sequence[Pair]


def entries(values: Values) -> Iterator[tuple[str, Any]]:
    """The names and values of an object or of a list of pairs."""
    if isinstance(values, Mapping):
        yield from values.items()
    else:
        for pair in values:
            yield pair.name, pair.value


def spread(values: Values, what: str, arrays: ArrayFormat = "repeat") -> Pairs:
    """Names with their values as text; null is left out.

    A list gives ``a=1&a=2`` (repeat), ``a[]=1&a[]=2`` (brackets), ``a[0]=1&a[1]=2`` (indices) or
    ``a=1,2`` (comma). With brackets and indices an object inside gives ``a[key]=1``.

    Raises:
        NodeFailed: a value is an object, or a list inside a list, where the format has no form
            for it.
    """
    pairs: Pairs = []
    if not values:
        return pairs
    for name, value in entries(values):
        if type(value) is list and arrays == "comma":
            texts = [_text(name, element, what) for element in value if element is not None]
            if texts:
                pairs.append((name, ",".join(texts)))
        elif type(value) is list and arrays == "repeat":
            pairs += [(name, _text(name, each, what)) for each in value if each is not None]
        elif type(value) in (list, dict) and arrays in ("brackets", "indices"):
            pairs += _nested(name, value, arrays)
        elif value is not None:
            pairs.append((name, _text(name, value, what)))
    return pairs


def _nested(name: str, value: Any, arrays: ArrayFormat) -> Pairs:
    if type(value) is dict:
        children = [(f"{name}[{key}]", child) for key, child in value.items()]
    elif type(value) is list:
        children = [
            (f"{name}[{place if arrays == 'indices' else ''}]", child)
            for place, child in enumerate(value)
        ]
    else:
        return [] if value is None else [(name, as_text(value))]
    return [pair for child_name, child in children for pair in _nested(child_name, child, arrays)]


def _text(name: str, value: Any, what: str) -> str:
    if type(value) in (dict, list):
        raise NodeFailed(
            f"the {what} {name!r} is {type_name(value)}; it must be text, a number, true, false, "
            "or a list of those"
        )
    return as_text(value)


def url_encoded(pairs: Pairs) -> str:
    """``a=1&b=x%20y``."""
    return urlencode(pairs, quote_via=quote)


def with_query(url: str, pairs: Pairs) -> str:
    """The URL with parameters added after those that it has."""
    if not pairs:
        return url
    base, hash_sign, fragment = url.partition("#")
    separator = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{separator}{url_encoded(pairs)}{hash_sign}{fragment}"
