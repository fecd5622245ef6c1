"""A foreign node's line to its parent: questions and answers, and the numbers of items."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Any

from tidegate.isolation.channel import Channel
from tidegate.isolation.wire import (
    HELD_ITEMS,
    Place,
    error_from_wire,
    item_to_wire,
    pack,
    unpack,
)
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.params import Lazy


class Link:
    """Messages to the parent, and the numbers by which it knows items."""

    def __init__(self, channel: Channel, loop: asyncio.AbstractEventLoop) -> None:
        self._channel, self._loop = channel, loop
        self._numbers: dict[int, int] = {}
        self._held: list[Sequence[Item]] = []
        loop.add_reader(channel.incoming, channel.pump)

    async def ask(self, message: Mapping[str, Any], data: bytes = b"") -> tuple[JsonObject, bytes]:
        """Send a message; the parent's answer.

        Raises:
            NodeError: what the parent raised.
        """
        answered: asyncio.Future[bytes] = self._loop.create_future()
        self._channel.begin(pack(message, data), partial(_settle, answered))
        return _opened(await answered)

    def ask_now(self, message: Mapping[str, Any]) -> tuple[JsonObject, bytes]:
        """As :meth:`ask`, without giving way to anything else."""
        return _opened(self._channel.message(pack(message)))

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send a message whose answer does not matter."""
        self._channel.begin(pack(message), _nothing)

    def know(self, items: Sequence[Item], start: int) -> None:
        """The parent numbers these items from ``start`` on.

        They are held while there is room: a node may give back what came long before.
        """
        self._held.append(items)
        self._numbers.update((id(item), start + at) for at, item in enumerate(items))
        while sum(map(len, self._held)) > HELD_ITEMS and len(self._held) > 1:
            for item in self._held.pop(0):
                del self._numbers[id(item)]

    def number_of(self, item: Item) -> int | None:
        """The parent's number of an item, if it knows it."""
        return self._numbers.get(id(item))

    def lazy(self, place: Place) -> "RemoteLazy":
        """What stands for the lazy parameter at a place."""
        return RemoteLazy(place, self)


def _settle(answered: "asyncio.Future[bytes]", data: bytes) -> None:
    if not answered.done():
        answered.set_result(data)


def _nothing(_: bytes) -> None:
    pass


def _opened(packed: bytes) -> tuple[JsonObject, bytes]:
    answer, data = unpack(packed)
    if "raised" in answer:
        raise error_from_wire(answer["raised"])
    return answer, data


class RemoteLazy(Lazy[Any]):
    """A lazy parameter: the parent evaluates it."""

    __slots__ = ("_link", "_place")

    def __init__(self, place: Place, link: Link | None) -> None:
        self._place, self._link = place, link
        self.is_constant = False

    @classmethod
    def unbound(cls, place: Place) -> "RemoteLazy":
        """One that stands in while the others are validated."""
        return cls(place, None)

    def __call__(self, item: Item | None = None, /, **roots: Any) -> Any:
        """The value for ``item``, with further roots by name."""
        assert self._link is not None
        number = None if item is None else self._link.number_of(item)
        asked = {"m": "lazy", "place": list(self._place), "roots": roots, "number": number}
        if item is not None and number is None:
            asked["item"] = item_to_wire(item)
        answer, _ = self._link.ask_now(asked)
        return answer["value"]


async def pieces(link: Link, number: int) -> AsyncIterator[bytes]:
    """The pieces of a stream that the parent opened."""
    while True:
        answer, piece = await link.ask({"m": "next", "id": number})
        if answer["done"]:
            return
        yield piece
