"""SQLAlchemy engines: one that writes through one session, one that reads through a few."""

import os
import sqlite3
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tidegate import codec
from tidegate.errors import OperationalError, UserError

FILE_NAME: Final = "tidegate.db"
BUSY_TIMEOUT: Final = 30.0
"""Seconds that a process waits for another one's write on SQLite."""
CONNECT_TIMEOUT: Final = 10

DatabaseUrl = URL
"""The address of a database, for those who only hand it on."""

Durability = Literal["process", "power"]


def parse_url(text: str | None, data_dir: Path) -> URL:
    """The database's URL with the driver that we use.

    Raises:
        UserError: it is no URL of SQLite or PostgreSQL.
    """
    if text is None:
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OperationalError(f"the data folder {data_dir} can't be made: {error}") from None
        return URL.create("sqlite+pysqlite", database=str(data_dir / FILE_NAME))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UserError(
            "the database URL can't be read; an example: sqlite:////a/file.db"
        ) from None
    backend = "postgresql" if url.drivername == "postgres" else url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UserError(f"{backend} is no database for Tidegate; use sqlite or postgresql")
    if not url.database or url.database == ":memory:":
        raise UserError("a SQLite database must be a file: sqlite:////a/file.db")
    return url.set(drivername="sqlite+pysqlite")


def shown(url: URL) -> str:
    """The URL as messages name it: without the password and without options, which may hold one."""
    plain = url.set(drivername=url.get_backend_name(), query={})
    return plain.render_as_string(hide_password=True)


def writing_engine(url: URL, durability: Durability) -> Engine:
    """An engine for the writer's one session; each transaction may write from its start on."""
    if url.get_backend_name() == "postgresql":
        # The server's own settings say how durable a commit is; they are stricter than "process".
        return _postgresql(url, poolclass=NullPool)
    engine = _sqlite(url, poolclass=NullPool)
    full = "FULL" if durability == "power" else "NORMAL"
    _on_connect(
        engine,
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {full}",
        "PRAGMA foreign_keys = ON",
        "PRAGMA cache_size = -16384",
        # In pages of 4 KB: a page that many groups change is written back once.
        "PRAGMA wal_autocheckpoint = 4000",
    )
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: URL, sessions: int) -> Engine:
    """An engine for readers; their transactions see one state and can't write."""
    if url.get_backend_name() == "postgresql":
        engine = _postgresql(url, poolclass=QueuePool, pool_size=sessions, max_overflow=0)
        _on_connect(engine, "SET default_transaction_read_only = on")
        return engine
    url = _unchangeable(url) if _is_unchangeable(url) else url
    engine = _sqlite(url, poolclass=QueuePool, pool_size=sessions, max_overflow=0)
    _on_connect(engine, "PRAGMA query_only = ON")
    event.listen(engine, "begin", _begin)
    return engine


def _is_unchangeable(url: URL) -> bool:
    """Whether a SQLite file can be read, but neither changed nor locked, as on a read-only disk."""
    file = Path(url.database or "")
    return file.is_file() and not os.access(file, os.W_OK) and not Path(f"{file}-wal").exists()


def _unchangeable(url: URL) -> URL:
    """SQLite then asks for no lock, which it could not have."""
    options = {"mode": "ro", "immutable": "1", "uri": "true"}
    return url.set(database=f"file:{quote(url.database or '')}", query=options)


def _postgresql(url: URL, **options: Any) -> Engine:
    return create_engine(
        url,
        json_deserializer=codec.decode,
        connect_args={"connect_timeout": CONNECT_TIMEOUT, "application_name": "tidegate"},
        **options,
    )


def _sqlite(url: URL, **options: Any) -> Engine:
    return create_engine(
        url,
        json_deserializer=codec.decode,
        connect_args={
            "timeout": BUSY_TIMEOUT,
            # Transactions are begun by us; the driver begins them too late for a writer.
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": 256,
        },
        **options,
    )


def _on_connect(engine: Engine, *statements: str) -> None:
    def connected(session: Any, _record: object) -> None:
        cursor = session.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        if not isinstance(session, sqlite3.Connection):
            session.commit()

    event.listen(engine, "connect", connected)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
