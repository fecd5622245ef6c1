"""Driver and SQLAlchemy exceptions as Tidegate's own, with a sentence that says what to do."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tidegate.errors import Bug, Conflict, OperationalError, TidegateError, UserError

_SQLITE: Final = {
    sqlite3.SQLITE_FULL: "the disk of the database is full; what was stored stays readable",
    sqlite3.SQLITE_READONLY: "the database can't be written: it or its folder is read-only",
    sqlite3.SQLITE_PERM: "the database can't be written: access is denied",
    sqlite3.SQLITE_BUSY: "another process has kept the database locked for too long",
    sqlite3.SQLITE_LOCKED: "another process has kept the database locked for too long",
    sqlite3.SQLITE_CANTOPEN: (
        "the database file can't be opened: it or its folder is missing or read-only"
    ),
    sqlite3.SQLITE_IOERR: "the disk of the database does not work or has reached a limit",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOMEM: "there is not enough memory for the database",
}

_NO_DATABASE: Final = "this file is no database; Tidegate did not touch it"

_POSTGRESQL: Final = {
    "53100": "the disk of the database server is full",
    "53200": "the database server is out of memory",
    "53300": "the database server accepts no more sessions",
    "25006": "the database is read-only",
    "28P01": "the database server refused the user name or the password",
    "28000": "the database server refused the user name or the password",
    "3D000": "this database does not exist on the server",
    "40P01": "the database server ended a deadlock",
    "40001": "the database server asks to repeat the transaction",
    "57P01": "the database server is shutting down",
    "57P02": "the database server is shutting down",
    "57P03": "the database server is starting or shutting down",
}
_OPERATIONAL_CLASSES: Final = ("08", "53", "55", "57", "58")
_UNREACHABLE: Final = "the database server can't be reached or closed the session"


def translate(error: BaseException) -> BaseException:
    """``error`` as it may leave the store; what is not the database's stays as it is."""
    cause: BaseException | None = error
    if isinstance(error, DBAPIError):
        cause = error.orig
    sentence = None
    if isinstance(cause, sqlite3.Error):
        sentence = _of_sqlite(cause)
    elif hasattr(cause, "sqlstate"):
        sentence = _of_postgresql(cause)
    elif isinstance(error, PoolTimeout):
        sentence = "all readers of the database are busy"
    elif not isinstance(error, SQLAlchemyError):
        return error
    failure: TidegateError
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        failure = UserError(_NO_DATABASE)
    elif _is_duplicate(cause):
        failure = Conflict("this exists already", reason=str(cause).strip())
    elif sentence is None:
        failure = Bug(f"the store used the database wrongly: {cause}")
    else:
        failure = OperationalError(sentence, reason=str(cause).strip())
    failure.__cause__ = error
    return failure


def _is_duplicate(error: BaseException | None) -> bool:
    """Whether a driver's error is a value that exists already and may exist only once."""
    return (
        getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_UNIQUE
        or getattr(error, "sqlstate", None) == "23505"
    )


def asks_to_repeat(error: BaseException) -> bool:
    """Whether the server ended the transaction only because of others that ran beside it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in ("40001", "40P01")


def _of_sqlite(error: sqlite3.Error) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _SQLITE.get(code & 0xFF)


def _of_postgresql(error: BaseException | None) -> str | None:
    state = getattr(error, "sqlstate", None)
    if state is None:
        # psycopg's own errors carry no state: a lost session, a refused connection.
        lost = any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
        return _UNREACHABLE if lost else None
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    return _UNREACHABLE if state.startswith(_OPERATIONAL_CLASSES) else None
