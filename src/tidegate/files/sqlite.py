"""A SQLite file under a root: opened for one call, guarded, and always ended in time."""

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from tidegate import codec
from tidegate.errors import (
    NodeError,
    NodeFailed,
    NodeRetryable,
    NodeTimeout,
    SecurityError,
    SecurityErrorType,
)
from tidegate.files.folder import Folder, Identity, identity
from tidegate.files.names import failed, refused, shown
from tidegate.files.placeholders import Statement
from tidegate.files.resource import Resource
from tidegate.files.roots import FileRoots, Location
from tidegate.files.sql_values import (
    bytes_from_json,
    bytes_to_json,
    float_to_json,
    size_of_cell,
)
from tidegate.files.sqlite_guard import Guard, harden, set_limits
from tidegate.files.table_sql import (
    require_columns,
    row_values,
    table_parts,
    write_statement,
)
from tidegate.sdk.budget import Budget
from tidegate.sdk.sql import SqlParams, TableWrite

T = TypeVar("T")

BATCH_ROWS: Final = 1000
BATCH_BYTES: Final = 1 << 20
_STEPS: Final = 10_000  # of SQLite's machine between looks at the clock, well under a millisecond
_LONGEST_WAIT: Final = 10.0
_SIDE_FILES: Final = ("-journal", "-wal", "-shm")
_DESCRIPTORS: Final = Path("/proc/self/fd")

_SENTENCES: Final = {
    sqlite3.SQLITE_NOTADB: "{path} is not a SQLite database",
    sqlite3.SQLITE_CORRUPT: "the database {path} is damaged",
    sqlite3.SQLITE_CANTOPEN: "the database {path} can't be opened",
    sqlite3.SQLITE_FULL: "the disk is full; nothing was changed in {path}",
    sqlite3.SQLITE_IOERR: "the disk reports an error at {path}",
    sqlite3.SQLITE_TOOBIG: "a value or a row is larger than the node's memory allows",
    sqlite3.SQLITE_NOMEM: "the statement needs more memory than there is",
}


class SqliteFile(Resource):
    """One open database. Blocks; letting it go ends a running statement and undoes a transaction.

    Raises from every method: ``NodeError`` with what SQLite said.
    """

    def __init__(self, roots: FileRoots, path: str, budget: Budget, *, reads_only: bool) -> None:
        super().__init__()
        self._path, self._budget, self._reads_only = path, budget, reads_only
        self._guard = Guard()
        self._names: Sequence[str] = ()
        self._statement = ""
        self._translate: Callable[[SqlParams], list[Any]] = list
        location = roots.find(path)
        if not reads_only and not location.names:
            raise refused("name", "it names no file", path)
        with roots.folder(location, make=not reads_only) as folder:
            before = _identify(folder, location, make=not reads_only)
        self._connection = self._open(roots, location)
        try:
            self._call(self._prepare)
            _require_the_same(roots, location, before)
        except BaseException:
            self._connection.close()
            raise

    def start(self, statement: str, params: SqlParams) -> None:
        """Begin a query."""
        with self._use():
            found = Statement(statement, "sqlite", is_named=isinstance(params, dict))
            values = [_to_sqlite(value) for value in found.values(params)]
            self._cursor = self._call(lambda: self._connection.execute(found.text, values))
            self._names = _column_names(self._cursor.description)

    def fetch(self) -> list[dict[str, Any]]:
        """The next rows; empty after the last one."""
        with self._use():
            return self._call(self._fetch)

    def begin(self, statement: str | TableWrite, *, is_named: bool) -> None:
        """Begin to change the database."""
        with self._use():
            if isinstance(statement, TableWrite):
                self._call(lambda: self._check_table(statement))
                self._statement = write_statement(statement, _quote, "?")
                self._translate = lambda row: row_values(statement, row)
            else:
                found = Statement(statement, "sqlite", is_named=is_named)
                self._statement, self._translate = found.text, found.values
            self._ours("BEGIN IMMEDIATE")

    def write(self, rows: Sequence[SqlParams]) -> int:
        """Run the statement for each row; how many rows were changed."""
        with self._use():
            values = [[_to_sqlite(v) for v in self._translate(row)] for row in rows]
            return self._call(lambda: self._write(values))

    def commit(self) -> None:
        """Make the changes last."""
        with self._use():
            self._ours("COMMIT")

    def let_go(self) -> None:
        """Close it; a statement that still runs in a thread is interrupted."""
        super().let_go()
        with suppress(sqlite3.ProgrammingError):  # closed already
            self._connection.interrupt()

    def _close(self) -> None:
        self._connection.close()

    def _open(self, roots: FileRoots, location: Location) -> sqlite3.Connection:
        mode = "ro" if self._reads_only else "rw"
        wait = min(max(self._budget.deadline - time.monotonic(), 0.1), _LONGEST_WAIT)
        place = roots.real_path(location).as_uri()
        return self._call(
            lambda: sqlite3.connect(
                f"{place}?mode={mode}",
                uri=True,
                timeout=wait,
                isolation_level=None,
                check_same_thread=False,
            )
        )

    def _prepare(self) -> None:
        connection = self._connection
        connection.text_factory = _text
        set_limits(connection, self._budget.memory_limit)
        harden(connection, reads_only=self._reads_only)
        connection.execute("SELECT count(*) FROM sqlite_master")  # opens and reads the file
        connection.set_authorizer(self._guard)
        connection.set_progress_handler(self._is_over, _STEPS)

    def _is_over(self) -> bool:
        return self._is_gone or time.monotonic() > self._budget.deadline

    def _check_table(self, write: TableWrite) -> None:
        *schema, table = table_parts(write.table)
        rows = self._connection.execute(
            "SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden IN (0, 2, 3)",
            (table, schema[0] if schema else "main"),
        )
        require_columns(write, [name for (name,) in rows])

    def _write(self, values: Sequence[Sequence[Any]]) -> int:
        changed = 0
        for row in values:
            cursor = self._connection.execute(self._statement, row)
            changed += max(cursor.rowcount, 0)
            cursor.close()
        return changed

    def _fetch(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        size = 0
        for row in self._cursor:
            rows.append(dict(zip(self._names, map(_to_json, row), strict=True)))
            size += sum(map(size_of_cell, row))
            if len(rows) >= BATCH_ROWS or size >= BATCH_BYTES:
                break
        return rows

    def _ours(self, statement: str) -> None:
        self._guard.is_on = False
        try:
            self._call(lambda: self._connection.execute(statement))
        finally:
            self._guard.is_on = True

    def _call(self, work: Callable[[], T]) -> T:
        self._guard.refused = ""
        try:
            return work()
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError, MemoryError) as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> NodeError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if isinstance(error, MemoryError):
            code = sqlite3.SQLITE_NOMEM
        if self._guard.refused:
            return self._guard.error()
        if code == sqlite3.SQLITE_INTERRUPT:
            return NodeTimeout("the statement ran longer than the node may")
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return NodeRetryable(f"the database {shown(self._path)} is in use by others")
        if code == sqlite3.SQLITE_READONLY and self._reads_only:
            return NodeFailed("this node only reads; use SQL write to change a database")
        if code == sqlite3.SQLITE_READONLY:
            return NodeFailed(f"the database {shown(self._path)} is read-only")
        if code in {sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_NOMEM}:
            return SecurityError(
                _SENTENCES[code],
                SecurityErrorType.RESOURCE_LIMIT_EXCEEDED,
                rule="limits.memory",
                blocked="a value of the database",
            )
        sentence = _SENTENCES.get(code, "the database says: {error}")
        return NodeFailed(sentence.format(path=shown(self._path), error=error))


def _identify(folder: Folder, location: Location, *, make: bool) -> Identity:
    """Which file it is, looked at without opening it; a missing one is made, if it may be.

    It is never opened by our own hands: closing any descriptor of a file gives up the locks that
    SQLite holds on it in this process.
    """
    for ending in _SIDE_FILES:
        with suppress(FileNotFoundError):
            folder.look_file(location.name + ending)
    try:
        return identity(folder.look_file(location.name))
    except FileNotFoundError:
        if not make:
            raise
    os.close(folder.open_file(location.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    return identity(folder.look_file(location.name))


def _require_the_same(roots: FileRoots, location: Location, before: Identity) -> None:
    """Refuse a file that was swapped between the look and SQLite's opening it by its path."""
    with roots.folder(location) as folder:
        is_same = identity(folder.look_file(location.name)) == before
    if is_same and _DESCRIPTORS.is_dir():
        is_same = any(_is_open(entry, before) for entry in os.scandir(_DESCRIPTORS))
    if not is_same:
        raise failed(OSError(errno.ELOOP, "swapped"), location.given)


def _is_open(entry: "os.DirEntry[str]", wanted: Identity) -> bool:
    try:
        return identity(entry.stat()) == wanted
    except OSError:  # the descriptor of this very listing, or one that was closed meanwhile
        return False


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column_names(description: Any) -> Sequence[str]:
    names = [column[0] for column in description or ()]
    if not names:
        raise NodeFailed("the statement gives no rows; use SQL write for statements that change")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise NodeFailed(f"two columns are named {twice!r}; give one another name with AS")
    return names


def _text(data: bytes) -> Any:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data  # SQLite keeps any bytes as text; these stay what they are


def _to_json(value: Any) -> Any:
    if type(value) is bytes:
        return bytes_to_json(value)
    return float_to_json(value) if type(value) is float else value


def _to_sqlite(value: Any) -> Any:
    data = bytes_from_json(value)
    if data is not None:
        return data
    return codec.encode(value).decode() if type(value) in (dict, list) else value
