"""Hears from the operating system that something in a folder changed (``watchfiles``).

What happened is not trusted to be complete: whoever hears of a change looks into the folder.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from tidegate.errors import NodeFailed
from tidegate.files.folder import identity

_QUIET_MS: Final = 200
"""Changes are told of together, once there was none for so long, or ..."""
_LATEST_MS: Final = 1000
"""... this long after the first of them."""
_CHECK_MS: Final = 2000
"""How often it is checked that the folder is still the same one."""


async def folder_changes(
    folder: Path, counts: Callable[[str], bool], *, recursive: bool
) -> AsyncGenerator[None, None]:
    """Yields once it watches, and then whenever something below the folder changed.

    ``counts`` says of a path whether a change of it is worth telling; it is called in a thread.

    Raises:
        NodeFailed: the folder can't be watched, or is not there any more.
    """
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    ended: asyncio.Future[NodeFailed | None] = loop.create_future()
    stop = threading.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody hears any more
            loop.call_soon_threadsafe(heard.set)

    def end(failure: NodeFailed | None) -> None:
        if not ended.done():
            ended.set_result(failure)
        heard.set()

    def work() -> None:
        failure = _watch(folder, counts, tell, stop, recursive=recursive)
        with suppress(RuntimeError):  # as above
            loop.call_soon_threadsafe(partial(end, failure))

    threading.Thread(target=work, name=f"watch {folder.name}", daemon=True).start()
    try:
        while True:
            await heard.wait()
            heard.clear()
            if ended.done():
                raise ended.result() or NodeFailed("nothing watches the folder any more")
            yield
    finally:
        stop.set()


def _watch(
    folder: Path,
    counts: Callable[[str], bool],
    tell: Callable[[], None],
    stop: threading.Event,
    *,
    recursive: bool,
) -> NodeFailed | None:
    """Watch until ``stop`` is set, or until it can't go on: then the reason."""
    from watchfiles import watch  # noqa: PLC0415 - few workflows watch folders

    try:
        same = identity(folder.stat())
        looks = watch(
            folder,
            watch_filter=lambda _, path: counts(path),
            debounce=_LATEST_MS,
            step=_QUIET_MS,
            stop_event=stop,
            rust_timeout=_CHECK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=recursive,
            ignore_permission_denied=True,
        )
        is_first = True
        for changes in looks:
            if identity(folder.stat()) != same:
                return NodeFailed("another folder is in the place of the one that is watched")
            if changes or is_first:
                tell()
            is_first = False
    except (OSError, RuntimeError) as error:
        # The library's own errors are of these two: no such folder, or too many are watched.
        return NodeFailed(f"the folder can't be watched: {getattr(error, 'strerror', 0) or error}")
    return None
