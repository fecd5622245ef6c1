"""The function library: one file per topic, put together here into the tables of the compiler."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tidegate.expressions.functions import (
    dates,
    encoding,
    grouping,
    lists,
    nodes,
    numbers,
    objects,
    ordering,
    patterns,
    text,
    text_methods,
)
from tidegate.expressions.library import Field, Function, Topic

TOPICS: Final[tuple[Topic, ...]] = (
    objects.TOPIC,
    text.TOPIC,
    text_methods.TOPIC,
    patterns.TOPIC,
    numbers.TOPIC,
    lists.TOPIC,
    ordering.TOPIC,
    grouping.TOPIC,
    dates.TOPIC,
    encoding.TOPIC,
    nodes.TOPIC,
)


def _functions() -> Mapping[str, Function]:
    found: dict[str, Function] = {}
    for topic in TOPICS:
        assert not found.keys() & topic.functions.keys(), topic.title
        found.update(topic.functions)
    return MappingProxyType(found)


def _methods() -> Mapping[str, Mapping[type, Function]]:
    found: dict[str, dict[type, Function]] = {}
    for topic in TOPICS:
        for (receiver, name), method in topic.methods.items():
            assert receiver not in found.setdefault(name, {}), (receiver, name)
            found[name][receiver] = method
    return MappingProxyType(found)


def _fields() -> Mapping[str, Mapping[type, Field]]:
    found: dict[str, dict[type, Field]] = {}
    for topic in TOPICS:
        for (receiver, name), one in topic.fields.items():
            found.setdefault(name, {})[receiver] = one
    return MappingProxyType(found)


FUNCTIONS: Final = _functions()
"""By name."""

METHODS: Final = _methods()
"""By name, then by the exact type of the value that they belong to."""

FIELDS: Final = _fields()
"""By name, then by exact type."""
