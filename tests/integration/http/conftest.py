"""The product in this process: the real gate, engine, journal and database; servers that break."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from certificates import DAY, NOW, Authority
from fault_server import FaultServer

from tidegate.app import App
from tidegate.config import EgressSettings, LimitSettings, Settings
from tidegate.egress.transport import Transport
from tidegate.engine.observers import SilentObserver
from tidegate.model.workflow import Edge, NodeSettings, PlacedNode, Workflow
from tidegate.notify.log import LogNotifier
from tidegate.services import executions
from tidegate.services.executions import Start
from tidegate.services.reports import output_items, report
from tidegate.services.workflows import store_workflow
from tidegate.store import http_requests
from tidegate.worker.worker import Worker

OpenProduct = Callable[..., "Product"]

# Loaded before the tests, whose deadlines are shorter than its import takes.
assert Transport is not None


@dataclass
class Product:
    """Runs workflows of one HTTP request as `tidegate run` does, and reads what was stored."""

    app: App

    async def start(self, params: dict[str, Any], **settings: Any) -> "Execution":
        """Begin an execution."""
        node_settings = NodeSettings(**{"retry": {"max_retries": 0}, **settings})
        workflow = Workflow(
            "faults",
            (
                PlacedNode("start", "trigger.manual"),
                PlacedNode("call", "http.request", params=params, settings=node_settings),
            ),
            (Edge("start", "call"),),
        )
        return await self.start_workflow(workflow, {})

    async def start_workflow(self, workflow: Workflow, variables: dict[str, Any]) -> "Execution":
        """Begin an execution of a workflow whose node of interest is `call`."""
        version = await store_workflow(self.app, workflow)
        execution = Execution(self.app)

        async def work() -> None:
            async with Worker(self.app, LogNotifier()) as worker:
                begin = Start("start", "test", id=execution.id, variables=variables)
                await worker.run_new(version, begin, SilentObserver())

        execution.task = asyncio.create_task(work())
        return execution

    async def run(self, params: dict[str, Any], **settings: Any) -> SimpleNamespace:
        """The node's row with its error, its items and its rows in ``http_request_logs``."""
        execution = await self.start(params, **settings)
        await execution.task
        return await execution.seen()

    async def run_workflow(self, workflow: Workflow, variables: dict[str, Any]) -> SimpleNamespace:
        """As :meth:`run`, for a whole workflow."""
        execution = await self.start_workflow(workflow, variables)
        await execution.task
        return await execution.seen()


class Execution:
    """One execution, while it runs and afterwards."""

    def __init__(self, app: App) -> None:
        from tidegate.ids import new_id

        self.app, self.id = app, new_id()
        self.task: asyncio.Task[None]

    async def cancel(self) -> None:
        """Cancel it as Ctrl-C does."""
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.task

    async def seen(self) -> SimpleNamespace:
        found = await report(self.app, await executions.find(self.app, self.id))
        (row,) = [row for row in found.nodes if row.node_id == "call"]
        stored = await self.app.database.read(lambda c: http_requests.requests(c, self.id))
        return SimpleNamespace(
            status=row.status.value,
            attempts=row.attempt,
            error=row.error,
            items=(await output_items(self.app, row, 10)).get("main", []),
            requests=[entry.request for entry in stored],
            execution=found.execution,
        )


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("certificates"))
    made.make("good", ["127.0.0.1"])
    made.make("other", ["other.test"])
    made.make("selfsigned", ["127.0.0.1"], self_signed=True)
    made.make("expired", ["127.0.0.1"], start=NOW - 3 * DAY, end=NOW - 2 * DAY)
    return made


@pytest.fixture
async def faults(authority: Authority) -> AsyncIterator[FaultServer]:
    server = FaultServer(authority.folder)
    yield server
    await server.close()


@pytest.fixture
async def open_product(
    sqlite_template: Path, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenProduct]:
    """Opens the product with a gate that lets it reach these servers."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    apps: list[App] = []

    def open_(*urls: str, roots: Sequence[Path] = (), **egress: Any) -> Product:
        data = tmp_path / f"data{len(apps)}"
        data.mkdir()
        shutil.copy(sqlite_template, data / "tidegate.db")
        allow = tuple(urlsplit(url).netloc for url in urls)
        options = {"connect_timeout": 0.5, **egress}
        settings = Settings(
            data_dir=data,
            egress=EgressSettings(allow=allow, **options),
            limits=LimitSettings(response=8),
            file_roots=tuple(map(str, roots)),
        )
        apps.append(App.open(settings))
        return Product(apps[-1])

    yield open_
    for app in apps:
        await app.close()
