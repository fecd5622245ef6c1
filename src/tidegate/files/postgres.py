"""One call to a PostgreSQL database; imported only by those who make one."""

import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor, errors, sql

from tidegate.errors import InvalidInput, NodeError, NodeFailed, NodeRetryable, NodeTimeout
from tidegate.files.placeholders import Statement
from tidegate.files.postgres_types import SESSION, adapt, to_column, to_parameter
from tidegate.files.sql_values import size_of_cell
from tidegate.files.table_sql import (
    parameter_order,
    quoted_table,
    require_columns,
    row_values,
    write_statement,
)
from tidegate.sdk.budget import Budget
from tidegate.sdk.sql import SqlParams, TableWrite

Connect = Callable[[], Any]

BATCH_ROWS: Final = 1000
BATCH_BYTES: Final = 1 << 20

# Classes of SQLSTATE after which the same may work: connection, rolled back, out of resources,
# shut down by an administrator.
_PASSING: Final = ("08", "40", "53", "57P")
_COLUMNS: Final = (
    "SELECT attname, atttypid FROM pg_catalog.pg_attribute"
    " WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped"
    " ORDER BY attnum"
)


async def query(
    connect: Connect, statement: str, param_sets: AsyncIterator[SqlParams], budget: Budget
) -> AsyncGenerator[Sequence[dict[str, Any]], None]:
    """Rows in batches of about 1 MB. Only one row at a time is held before it is counted."""
    async with _transaction(connect, budget, reads_only=True) as connection:
        async for params in param_sets:
            found = Statement(statement, "postgresql", is_named=isinstance(params, dict))
            values = [to_parameter(value) for value in found.values(params)]
            cursor = AsyncRawCursor(connection, row_factory=_rows)
            batch: list[dict[str, Any]] = []
            size = 0
            async for row in cursor.stream(found.text.encode(), values):
                batch.append(row)
                size += sum(map(size_of_cell, row.values()))
                if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
            if batch:
                yield batch


async def execute(
    connect: Connect,
    statement: str | TableWrite,
    batches: AsyncIterator[Sequence[SqlParams]],
    budget: Budget,
) -> int:
    """Run the statement for each row in one transaction; how many rows were changed."""
    changed = 0
    text: str | None = None
    async with _transaction(connect, budget, reads_only=False) as connection:
        cursor = AsyncRawCursor(connection)
        async for rows in batches:
            if not rows:
                continue
            if text is None:
                text, values_of = await _prepared(cursor, statement, rows[0])
            await cursor.executemany(text.encode(), [values_of(row) for row in rows])
            changed += max(cursor.rowcount, 0)
    return changed


async def _prepared(
    cursor: AsyncRawCursor[Any], statement: str | TableWrite, row: SqlParams
) -> tuple[str, Callable[[SqlParams], list[Any]]]:
    """The statement in PostgreSQL's words, and what makes a row's parameters."""
    if isinstance(statement, str):
        found = Statement(statement, "postgresql", is_named=isinstance(row, dict))
        return found.text, lambda row: [to_parameter(value) for value in found.values(row)]
    write = statement
    await cursor.execute(_COLUMNS, [quoted_table(write, _quote)])
    types = dict(await cursor.fetchall())
    require_columns(write, list(types))
    oids = [types[name] for name in parameter_order(write)]
    return write_statement(write, _quote, "$"), lambda row: [
        to_column(value, oid) for value, oid in zip(row_values(write, row), oids, strict=True)
    ]


@asynccontextmanager
async def _transaction(
    connect: Connect, budget: Budget, *, reads_only: bool
) -> AsyncIterator["AsyncConnection[Any]"]:
    connection: AsyncConnection[Any] = await connect()
    try:
        adapt(connection)
        await connection.set_read_only(reads_only)
        left = max(math.ceil((budget.deadline - time.monotonic()) * 1000), 1)
        settings = {**SESSION, "statement_timeout": f"{left}ms"}
        calls = ", ".join(
            f"set_config(${2 * n + 1}, ${2 * n + 2}, true)" for n in range(len(settings))
        )
        values = [text for pair in settings.items() for text in pair]
        await AsyncRawCursor(connection).execute(f"SELECT {calls}".encode(), values)
        yield connection
        await connection.commit()
    except psycopg.Error as error:
        raise _explained(error, reads_only=reads_only) from None
    except InvalidInput as error:
        raise NodeFailed(f"a value of the result can't be kept: {error.message}") from None
    finally:
        await connection.close()


def _rows(cursor: Any) -> Callable[[Sequence[Any]], dict[str, Any]]:
    names = [column.name for column in cursor.description or ()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise NodeFailed(f"two columns are named {twice!r}; give one another name with AS")
    return lambda values: dict(zip(names, values, strict=True))


def _quote(name: str) -> str:
    return sql.Identifier(name).as_string()


def _explained(error: psycopg.Error, *, reads_only: bool) -> NodeError:
    """What the database said, as the node's error."""
    said = error.diag.message_primary or str(error).strip()
    hints = [text for text in (error.diag.message_detail, error.diag.message_hint) if text]
    message = f"the database says: {'; '.join([said, *hints])}"
    code = error.sqlstate or ""
    if isinstance(error, errors.QueryCanceled):
        return NodeTimeout("the statement ran longer than the node may", sqlstate=code)
    if isinstance(error, errors.ReadOnlySqlTransaction) and reads_only:
        return NodeFailed("this node only reads; use SQL write to change a database", sqlstate=code)
    if code.startswith(_PASSING) or (not code and isinstance(error, psycopg.OperationalError)):
        return NodeRetryable(message, sqlstate=code)
    if not code and isinstance(error, psycopg.ProgrammingError):
        message = "the statement gives no rows; use SQL write for statements that change"
    return NodeFailed(message, sqlstate=code)
