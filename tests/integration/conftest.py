"""Databases for the tests: each test gets a fresh one, on SQLite and on PostgreSQL."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tidegate.store.database import Database

ROOT = Path(__file__).parents[2]
_missing_server: list[str] = []


class PostgresServer:
    """A server on which databases can be made; those made here are dropped at the end."""

    def __init__(self, url: str) -> None:
        self._base, _, query = url.partition("?")
        self._query = f"?{query}" if query else ""
        self._made: list[str] = []
        self._template: str | None = None

    def create(self, template: str | None = None) -> str:
        """A new database's URL; a copy of the database ``template``, or empty."""
        name = f"tidegate_test_{uuid.uuid4().hex}"
        with self._session() as session:
            session.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template or "template0")
                )
            )
        self._made.append(name)
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        return f"{self._base.rpartition('/')[0]}/{name}{self._query}"

    def migrated(self) -> str:
        """A new database with our tables."""
        if self._template is None:
            url = self.create()
            make_tables(url)
            self._template = self._made[-1]
        return self.create(self._template)

    def drop(self, url: str) -> None:
        self._drop(url.partition("?")[0].rpartition("/")[2])

    def end_sessions(self, url: str) -> None:
        """End every session on a database, as a restart of the server does."""
        name = url.partition("?")[0].rpartition("/")[2]
        with self._session() as session:
            session.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [name],
            )

    def drop_all(self) -> None:
        for name in list(self._made):
            self._drop(name)

    def _drop(self, name: str) -> None:
        self._made.remove(name)
        with self._session() as session:
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _session(self) -> psycopg.Connection:
        base = self._base.replace("postgresql+psycopg://", "postgresql://")
        return psycopg.connect(base + self._query, autocommit=True)


def make_tables(url: str) -> None:
    """Make our tables, in a process of its own: no thread of it is left over."""
    program = (
        "import asyncio, sys; from pathlib import Path; "
        "from tidegate.store.database import Database; "
        "asyncio.run(Database.open(sys.argv[1], data_dir=Path('.')).close())"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True, timeout=60)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    script = [sys.executable, str(ROOT / "scripts" / "ensure_postgres.py")]
    found = subprocess.run(script, check=False, capture_output=True, text=True, timeout=600)
    if found.returncode != 0:
        reason = f"NOT TESTED: PostgreSQL: {found.stderr.strip()}"
        _missing_server.append(reason)
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = PostgresServer(found.stdout.strip())
    yield server
    server.drop_all()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tidegate.db"
    make_tables(f"sqlite:///{path}")
    return path


BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with our tables."""
    if request.param == "sqlite":
        path = tmp_path / "tidegate.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.migrated()
    yield url
    server.drop(url)


@pytest.fixture(params=BACKENDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table (on SQLite: without a file)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tidegate.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def open_database(tmp_path: Path) -> Callable[..., Database]:
    """Opens a database by its URL; the test closes it."""

    def open_(url: str, **options: object) -> Database:
        return Database.open(url, data_dir=tmp_path, **options)

    return open_


@pytest.fixture
async def database(
    database_url: str, open_database: Callable[..., Database]
) -> AsyncIterator[Database]:
    """An open, fresh database."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in dict.fromkeys(_missing_server):
        terminalreporter.write_line(reason, red=True, bold=True)
