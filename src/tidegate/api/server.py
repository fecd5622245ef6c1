"""Listen and serve until somebody says stop."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from tidegate.api.app import create_api
from tidegate.api.following import MAX_MESSAGE
from tidegate.api.forms import FormApp
from tidegate.api.front import Front
from tidegate.api.guard import EVERYWHERE
from tidegate.api.patience import patient_protocol
from tidegate.api.resuming import ResumeApp
from tidegate.api.webhooks import WebhookApp
from tidegate.app import App
from tidegate.config import ServerSettings
from tidegate.errors import OperationalError
from tidegate.log import take_over
from tidegate.triggers.service import Triggers
from tidegate.worker.service import WorkerService

BACKLOG: Final = 512
KEEP_ALIVE_SECONDS: Final = 20


class _Server(uvicorn.Server):
    """Leaves signals to us, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing about signals."""
        yield


async def serve(
    app: App,
    worker: WorkerService,
    triggers: Triggers,
    stop: asyncio.Event,
    ready: Callable[[str], None],
) -> None:
    """Answer requests until ``stop`` is set; then end those that are under way.

    Args:
        app: the open app.
        worker: its worker, which takes executions already.
        triggers: what starts executions by itself.
        stop: set it to end.
        ready: called with the address when requests are answered.

    Raises:
        OperationalError: the address can't be listened to.
    """
    settings = app.settings.server
    listener = listen(settings)
    _, guard = create_api(app, worker, triggers)
    called = [one(app, triggers.webhooks, triggers.listeners) for one in (WebhookApp, FormApp)]
    resuming = ResumeApp(app)
    config = uvicorn.Config(
        Front(guard, called, resuming, settings),
        http=patient_protocol(settings.request_timeout),
        ws="websockets-sansio",
        ws_max_size=4 * MAX_MESSAGE,
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(settings.drain)),
    )
    take_over("uvicorn")
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.listening.wait()
    app.address = address(settings, listener.getsockname()[1])
    ready(app.address)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


def listen(settings: ServerSettings) -> socket.socket:
    """A socket that listens.

    Raises:
        OperationalError: it can't be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise OperationalError(
            f"can't listen at {settings.host}:{settings.port}: "
            f"{getattr(error, 'strerror', None) or error}; choose another port with --port"
        ) from None
    listener.settimeout(0.0)
    return listener


def address(settings: ServerSettings, port: int) -> str:
    """The address to open in a browser."""
    if settings.public_urls:
        return settings.public_urls[0].rstrip("/")
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
