"""Runs a node with its real reach: the gate, files under a real folder, real databases."""

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.engine.testing import run_node
from tidegate.files.access import NodeFiles
from tidegate.files.binary import BinaryStore
from tidegate.files.roots import FileRoots
from tidegate.files.sql import NodeSql
from tidegate.sdk import Budget, Context, ExecutionInfo, Item, Node
from tidegate.sdk.sql import TableWrite
from tidegate.sdk.testing import MockHttpService


class SilentLog:
    def __getattr__(self, name: str) -> Any:
        return lambda message, **data: None


@dataclass
class Ports:
    """The reach of one attempt."""

    http: Any
    files: Any
    sql: Any
    workflows: Any = None
    credentials: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    bytes_transferred: int = 0


@dataclass
class Runner:
    """Runs nodes; ``root`` is the folder that is open to them."""

    rules: list[str]
    root: Path
    data: Path
    credentials: dict[str, dict[str, Any]] = field(default_factory=dict)
    recorder: Any = None
    batch_size: int = 1000

    @property
    def roots(self) -> FileRoots:
        return FileRoots([self.root], closed=[self.data])

    @cached_property
    def gate(self) -> Gate:
        return Gate(EgressPolicy.from_rules(self.rules))

    def context(self, memory: int = 128 << 20, seconds: float = 30.0) -> Context:
        budget = Budget(memory=memory, seconds=seconds)
        ports = self.ports(budget)
        return Context(
            execution=ExecutionInfo(
                id="execution-1",
                workflow_id="workflow-1",
                workflow_name="Test",
                trigger="start",
                source="cli",
                user="ada",
                started_at=datetime(2024, 5, 1, 12, tzinfo=UTC),
            ),
            node_id="node",
            attempt=1,
            iteration=(),
            inputs={},
            budget=budget,
            reach=SimpleNamespace(make_log=SilentLog, make_ports=lambda: cast("Any", ports)),
        )

    def ports(self, budget: Budget, **_bound: Any) -> Ports:
        return Ports(
            self.gate.bound(budget=budget, recorder=self.recorder),
            NodeFiles(self.roots, BinaryStore(self.data / "files"), budget),
            NodeSql(self.roots, self.gate, budget, recorder=self.recorder),
            credentials=self.credentials,
        )

    async def engine(
        self,
        node: type[Node],
        params: Mapping[str, Any],
        items: Sequence[Item | dict[str, Any]] = ({},),
        **options: Any,
    ) -> list[dict[str, Any]]:
        """The items of the node's output, run by the engine: expressions work."""
        made = await run_node(node, params, items, make_ports=self.ports, **options)
        return made.get("main", [])

    async def run(
        self,
        node: type[Node],
        params: Mapping[str, Any],
        items: Sequence[Item | dict[str, Any]] = ({},),
        ctx: Context | None = None,
    ) -> list[Item]:
        """The items of the node's output."""
        ctx = ctx or self.context()
        values = node.Params.model_validate(dict(params))
        given = [item if isinstance(item, Item) else Item(item) for item in items]
        instance: Any = node()
        made: list[Any]
        if hasattr(instance, "run_item"):
            made = [await instance.run_item(ctx, values, item) for item in given]
        else:
            made = [r async for r in instance.run_batches(ctx, values, self._batches(given))]
        found: list[Item] = []
        for result in made:
            found += [result] if isinstance(result, Item) else result
        return found

    async def json(
        self,
        node: type[Node],
        params: Mapping[str, Any],
        items: Sequence[Item | dict[str, Any]] = ({},),
        ctx: Context | None = None,
    ) -> list[dict[str, Any]]:
        return [item.json for item in await self.run(node, params, items, ctx)]

    async def _batches(self, items: Sequence[Item]) -> AsyncIterator[Sequence[Item]]:
        for start in range(0, len(items), self.batch_size):
            yield items[start : start + self.batch_size]


@dataclass(frozen=True)
class Postgres:
    """An empty database behind TCP: the URL for nodes, their credential, and the way around them."""

    url: str
    rule: str
    credential: dict[str, str]
    admin_url: str

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.admin_url, autocommit=True) as session:
            cursor = session.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Any) -> Iterator[Postgres]:
    admin_url = postgres_server.create().replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(admin_url, autocommit=True) as session:
        name, port = session.execute(
            "SELECT current_database(), current_setting('port')"
        ).fetchone()
        role = f"tidegate_test_{uuid.uuid4().hex}"
        session.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
    credential = {"user": role, "password": "secret"}
    rule = f"127.0.0.1:{port}"
    yield Postgres(f"postgresql://{rule}/{name}", rule, credential, admin_url)
    with psycopg.connect(admin_url, autocommit=True) as session:
        session.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
    postgres_server.drop(admin_url)


@pytest.fixture
def postgres(postgres_database: Postgres) -> Postgres:
    postgres_database.run(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; "
        f"GRANT ALL ON SCHEMA public TO {postgres_database.credential['user']}"
    )
    return postgres_database


@pytest.fixture
async def service() -> AsyncIterator[MockHttpService]:
    async with MockHttpService() as running:
        yield running


@pytest.fixture
async def runner(service: MockHttpService, tmp_path: Path) -> AsyncIterator[Runner]:
    root, data = tmp_path / "root", tmp_path / "data"
    root.mkdir()
    data.mkdir()
    made = Runner([service.allow_rule], root, data)
    yield made
    await made.gate.close()


async def _once(params: Any) -> AsyncIterator[Any]:
    yield params


@pytest.fixture
def once() -> Any:
    """The parameters of a query that is asked once."""
    return _once


class Sql:
    """One database, asked through ``ctx.sql``."""

    def __init__(self, runner, url, credential):
        self.runner, self.url, self.credential = runner, url, credential
        self.is_sqlite = url.startswith("sqlite")

    def access(self, **limits):
        return self.runner.context(**limits).sql

    async def query(self, statement, params=(), **limits):
        found = []
        access = self.access(**limits)
        async for rows in access.query(
            self.url, statement, _once(params), credential=self.credential
        ):
            found += rows
        return found

    async def execute(self, statement, *batches, **limits):
        async def given():
            for batch in batches or ([()],):
                yield batch

        access = self.access(**limits)
        return await access.execute(self.url, statement, given(), credential=self.credential)

    async def people(self):
        await self.execute("CREATE TABLE people (id integer PRIMARY KEY, name text, age integer)")
        write = TableWrite("insert", "people", ("id", "name", "age"))
        rows = [{"id": 1, "name": "Ada", "age": 36}, {"id": 2, "name": "Bob", "age": None}]
        assert await self.execute(write, rows) == 2


@pytest.fixture
def sql_at(runner: Runner) -> Any:
    return lambda url, credential=None: Sql(runner, url, credential)


@pytest.fixture
def sqlite_sql(runner: Runner) -> Sql:
    (runner.root / "data.db").touch()  # an empty file is an empty database
    return Sql(runner, "sqlite:data.db", None)


@pytest.fixture
def postgres_sql(runner: Runner, postgres: Postgres) -> Sql:
    runner.rules.append(postgres.rule)
    return Sql(runner, postgres.url, postgres.credential)
