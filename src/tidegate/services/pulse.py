"""The topic ``system``: what the server uses and has to do, once a second while somebody looks."""

import asyncio
import shutil
from typing import Final

import psutil

from tidegate.app import App
from tidegate.events.shapes import ServerSizes, SystemState, WatchedOutside
from tidegate.events.topic import Topic
from tidegate.model.execution import now_us
from tidegate.store import processes, sizes

SECONDS: Final = 1.0
_SIZE_EVERY: Final = 10
_SILENT_US: Final = 20_000_000
"""A server that has not said for so long that it lives is not counted."""


class Pulse:
    """Publishes numbers of this process until nobody follows any more."""

    def __init__(self, app: App, topic: Topic) -> None:
        self._app, self._topic = app, topic
        self._process = psutil.Process()
        self._requests = app.events.requests_ended

    async def run(self) -> None:
        """Once a second."""
        loop = asyncio.get_running_loop()
        self._process.cpu_percent()
        beat, sizes = 0, await self._measured()
        while True:
            begun = loop.time()
            await asyncio.sleep(SECONDS)
            if not self._topic.followers:
                break
            self._publish(max(0.0, loop.time() - begun - SECONDS), sizes)
            beat += 1
            if beat % _SIZE_EVERY == 0:
                sizes = await self._measured()
        self._app.events.drop(self._topic)

    def _publish(self, lag: float, sizes: ServerSizes) -> None:
        stats = self._app.queue.stats()
        ended, self._requests = self._requests, self._app.events.requests_ended
        data: SystemState = {
            "running": stats.running,
            "queued": stats.ready + stats.later,
            "places": self._app.settings.server.executions,
            "requests_per_second": round((self._requests - ended) / SECONDS, 1),
            "cpu_percent": self._process.cpu_percent(),
            "memory_bytes": self._process.memory_info().rss,
            "loop_lag_ms": round(lag * 1000, 2),
            **sizes,
        }
        self._topic.publish("state", "now", data)

    async def _measured(self) -> ServerSizes:
        disk = await asyncio.to_thread(shutil.disk_usage, self._app.settings.data_dir)
        size = await self._app.database.read(sizes.database_bytes)
        since = now_us() - _SILENT_US
        servers = await self._app.database.read(lambda found: processes.alive(found, since))
        outside = await asyncio.to_thread(self._outside)
        return {
            "database_bytes": size,
            "disk_free_bytes": disk.free,
            "disk_bytes": disk.total,
            "servers": servers,
            **outside,
        }

    def _outside(self) -> WatchedOutside:
        """Processes that this one has made, and its connections; looking at them takes a while."""
        connections = self._process.net_connections(kind="inet")
        return {
            "child_processes": len(self._process.children(recursive=True)),
            "open_connections": sum(one.status == psutil.CONN_ESTABLISHED for one in connections),
        }
