"""The database of one process: one writer with group commit and a few readers."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tidegate.errors import TidegateError
from tidegate.log import get_logger
from tidegate.store import engines, schema
from tidegate.store.errors import translate
from tidegate.store.writer import Writer

T = TypeVar("T")

READERS: Final = 4


class Database:
    """Open it with :meth:`open`; close it with :meth:`close`.

    ``writer`` is for the journal; everything else goes through :meth:`write` and :meth:`read`.
    ``name`` is its URL without secrets.
    """

    def __init__(self, writing: Engine, reading: Engine, *, output_index: bool) -> None:
        self.name = engines.shown(writing.url)
        self._writing = writing
        self._reading = reading
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="tidegate-reader")
        self.writer = Writer(writing, output_index=output_index)

    @classmethod
    def open(
        cls,
        url: str | None,
        *,
        data_dir: Path,
        durability: Literal["process", "power"] = "process",
        output_index: bool = True,
        upgrades: bool = False,
    ) -> "Database":
        """Open the database, making its tables where there are none. Blocks: call it at start.

        Tables of an older Tidegate are upgraded: on SQLite after a copy was made, on PostgreSQL
        only where ``upgrades`` says so.

        Args:
            url: a SQLAlchemy URL (``sqlite:///file``, ``postgresql://...``); None: a SQLite file
                in ``data_dir``.
            data_dir: the folder of the default file; made if it is missing.
            durability: ``power`` survives a power cut, ``process`` the death of the process.
            output_index: whether PostgreSQL keeps a searchable projection of outputs.
            upgrades: whether tables on PostgreSQL are upgraded.

        Raises:
            UserError: the URL is wrong, the file is no database of Tidegate, or a newer Tidegate
                made it.
            UpgradeNeeded: an older Tidegate made the tables, on PostgreSQL.
            OperationalError: the database can't be reached, read or written.
        """
        parsed = engines.parse_url(url, data_dir)
        reading = engines.reading_engine(parsed, READERS)
        writing = engines.writing_engine(parsed, durability)
        try:
            copy = schema.prepare(reading, writing, upgrades=upgrades)
        except Exception as error:
            reading.dispose()
            writing.dispose()
            failure = translate(error)
            if isinstance(failure, TidegateError):
                failure.details["database"] = engines.shown(parsed)
            if failure is error:
                raise
            raise failure from error
        if copy is not None:
            get_logger().warning("database_upgraded", revision=schema.HEAD, copy=str(copy))
        on_postgresql = parsed.get_backend_name() == "postgresql"
        return cls(writing, reading, output_index=output_index and on_postgresql)

    def write(self, fn: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Run ``fn`` in the writer's next transaction; the future is done after the commit.

        ``fn`` gets its own savepoint: what it raises comes back here and harms no other write.
        It must only use the database, and must not wait. Writes and journal entries of one event
        loop keep their order, also where nobody awaits the future.
        """
        return self.writer.call(fn)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` in a reader's thread, inside of one transaction that can't write."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, fn)

    async def close(self) -> None:
        """Commit what is pending and let go of every session."""
        await self.writer.close()
        self._readers.shutdown()
        self._reading.dispose()
        self._writing.dispose()

    def _read(self, fn: Callable[[Connection], T]) -> T:
        try:
            try:
                return self._read_once(fn)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                # The server closed an idle session; the pool has a new one.
                return self._read_once(fn)
        except Exception as error:
            failure = translate(error)
            if failure is error:
                raise
            raise failure from error

    def _read_once(self, fn: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection:
            return fn(connection)
