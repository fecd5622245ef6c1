"""Open the app, run one command's work in an event loop, close the app again."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tidegate.app import App
from tidegate.config import Settings
from tidegate.log import configure

T = TypeVar("T")


def run_with_app(settings: Settings, work: Callable[[App], Awaitable[T]]) -> T:
    """Run ``work`` with an open app; Ctrl-C and SIGTERM cancel it, and it may clean up.

    Raises:
        asyncio.CancelledError: it was cancelled.
        TidegateError: the app can't be opened, or what ``work`` raises.
    """
    configure(settings.log_level, settings.log_format)

    async def main() -> T:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            if sys.platform != "win32":
                loop.add_signal_handler(number, task.cancel)
        app = App.open(settings)
        try:
            return await work(app)
        finally:
            await app.close()

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The fast event loop where the platform has it."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
