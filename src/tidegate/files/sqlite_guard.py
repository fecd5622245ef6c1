"""What SQL may do inside a SQLite file: nothing that leads out of it, or on without end."""

import sqlite3
import sys
from typing import Final

from tidegate.errors import SecurityError, SecurityErrorType

_READING_PRAGMAS: Final = frozenset(
    {
        "application_id",
        "collation_list",
        "compile_options",
        "data_version",
        "encoding",
        "foreign_key_check",
        "foreign_key_list",
        "freelist_count",
        "function_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "page_count",
        "page_size",
        "quick_check",
        "schema_version",
        "table_info",
        "table_list",
        "table_xinfo",
        "user_version",
    }
)
_TAKES_A_NAME: Final = frozenset(
    {
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "quick_check",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
_BAD_FUNCTIONS: Final = frozenset(
    {"edit", "fts3_tokenizer", "load_extension", "readfile", "writefile"}
)
_REFUSED: Final = {
    sqlite3.SQLITE_ATTACH: "ATTACH (or VACUUM INTO)",
    sqlite3.SQLITE_DETACH: "DETACH",
    sqlite3.SQLITE_CREATE_VTABLE: "CREATE VIRTUAL TABLE",
    sqlite3.SQLITE_DROP_VTABLE: "DROP of a virtual table",
}
_OUR_TRANSACTION: Final = {
    sqlite3.SQLITE_TRANSACTION: "BEGIN, COMMIT and ROLLBACK; a node execution is one transaction",
    sqlite3.SQLITE_SAVEPOINT: "SAVEPOINT; a node execution is one transaction",
}


class Guard:
    """SQLite asks it before each thing that a statement would do, while it is compiled.

    ``is_on`` is off while our own statements run; ``refused`` is what was refused last.
    """

    def __init__(self) -> None:
        self.is_on = True
        self.refused = ""

    def __call__(
        self,
        action: int,
        first: str | None,
        second: str | None,
        database: str | None,
        trigger: str | None,
    ) -> int:
        """Whether an action is allowed; see https://sqlite.org/c3ref/c_alter_table.html."""
        if not self.is_on:
            return sqlite3.SQLITE_OK
        reason = _REFUSED.get(action) or _OUR_TRANSACTION.get(action)
        if action == sqlite3.SQLITE_PRAGMA and not _is_harmless_pragma(first or "", second):
            reason = f"PRAGMA {first}"
        elif action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _BAD_FUNCTIONS:
            reason = f"the function {second}"
        if reason is None:
            return sqlite3.SQLITE_OK
        self.refused = reason
        return sqlite3.SQLITE_DENY

    def error(self) -> SecurityError:
        """The error for what was refused."""
        return SecurityError(
            f"the statement uses what is not allowed in a workflow: {self.refused}",
            SecurityErrorType.BLOCKED_URL,
            rule="sql.statement",
            blocked=self.refused,
            risk="high",
        )


def _is_harmless_pragma(name: str, value: str | None) -> bool:
    lower = name.lower()
    return lower in _READING_PRAGMAS and (value is None or lower in _TAKES_A_NAME)


def set_limits(connection: sqlite3.Connection, memory: int) -> None:
    """Bound what one statement can hold in memory (https://sqlite.org/limits.html)."""
    limits = {
        sqlite3.SQLITE_LIMIT_LENGTH: max(1 << 20, memory // 8),
        sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
        sqlite3.SQLITE_LIMIT_ATTACHED: 0,
        sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
        sqlite3.SQLITE_LIMIT_VDBE_OP: 1_000_000,
        sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 100,
        sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
    }
    for limit, value in limits.items():
        connection.setlimit(limit, value)


def harden(connection: sqlite3.Connection, *, reads_only: bool) -> None:
    """Distrust the file: somebody else may have made it (https://sqlite.org/security.html)."""
    for pragma in (
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "mmap_size=0",
        "temp_store=FILE",
        "cache_size=-8192",
        f"query_only={'ON' if reads_only else 'OFF'}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)  # noqa: FBT003 - its way
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)  # noqa: FBT003 - its way
