"""Inside a process: take requests from the parent, run entries, send what came of them."""

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Final

from tidegate.isolation.channel import Channel, ParentGone
from tidegate.isolation.frames import ERROR, NO_MEMORY, REQUEST, VALUE

Entry = Callable[[bytes, Channel], bytes]
"""A function that a process may run: request and channel in, value out."""

MAX_MESSAGE: Final = 4000
"""Characters of an exception's text."""


def serve(channel: Channel, *, once: bool) -> None:
    """Run requests until the parent goes; or just one, and then wait for the parent to end it."""
    done = False
    while True:
        try:
            kind, _, data = channel.receive()
        except ParentGone:
            return
        if kind != REQUEST or (once and done):
            continue
        name, _, request = data.partition(b"\n")
        del data
        kind, value = _run(resolve_name(name.decode()), request, channel)
        channel.send(kind, value)
        done = True


def _run(entry: Entry, request: bytes, channel: Channel) -> tuple[bytes, bytes]:
    try:
        return VALUE, entry(request, channel)
    except MemoryError:
        return NO_MEMORY, b""
    except BaseException as error:  # noqa: BLE001 - whatever the work raises is its answer
        return ERROR, _text(error)


def _text(error: BaseException) -> bytes:
    """The exception's name and text; its own ``__str__`` may be hostile."""
    try:
        text = f"{type(error).__name__}: {error}"[:MAX_MESSAGE]
        return text.encode("utf-8", "backslashreplace")
    except BaseException:  # noqa: BLE001 - its text is broken, its name is not
        return type(error).__name__.encode("utf-8", "backslashreplace")
