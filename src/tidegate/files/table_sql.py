"""SQL for changes of a table's rows. Names are quoted by the dialect, values are parameters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tidegate.errors import NodeFailed
from tidegate.sdk.sql import SqlParams, TableWrite

Quote = Callable[[str], str]
MAX_NAME = 63
"""Bytes of a name; PostgreSQL would cut a longer one without a word."""


def check_names(write: TableWrite) -> None:
    """Refuse names that no table or column has, and keys that do not fit the action.

    Raises:
        NodeFailed: naming the name.
    """
    for name in (*table_parts(write.table), *write.columns):
        if not name or "\0" in name or len(name.encode()) > MAX_NAME:
            raise NodeFailed(f"{name[:80]!r} can't be the name of a table or column")
    if len(set(write.columns)) < len(write.columns):
        raise NodeFailed("a column is named twice")
    if not write.columns:
        raise NodeFailed("there are no columns to write")
    if write.action != "insert":
        if not write.keys:
            raise NodeFailed(f"to {write.action} rows, name the key columns that find them")
        missing = [key for key in write.keys if key not in write.columns]
        if missing:
            raise NodeFailed(f"the key column {missing[0]!r} is not among the columns")
    if write.action == "update" and set(write.columns) == set(write.keys):
        raise NodeFailed("there is no column to update besides the key columns")


def table_parts(table: str) -> Sequence[str]:
    """``schema.table`` as its two names, ``table`` as its one.

    Raises:
        NodeFailed: there are more.
    """
    parts = table.split(".")
    if len(parts) > 2:
        raise NodeFailed(f"{table[:80]!r} is not a table's name; write table or schema.table")
    return parts


def quoted_table(write: TableWrite, quote: Quote) -> str:
    """The table's name in SQL."""
    return ".".join(quote(part) for part in table_parts(write.table))


def write_statement(write: TableWrite, quote: Quote, mark: str) -> str:
    """The statement; its parameters are those of :func:`row_values`, numbered from ``mark`` 1."""
    table = quoted_table(write, quote)
    order = parameter_order(write)
    marks = {name: f"{mark}{number}" for number, name in enumerate(order, 1)}
    # A bare "name" that is no column would be a text for SQLite; behind a table it never is.
    found = " AND ".join(f"target.{quote(key)} = {marks[key]}" for key in write.keys)
    if write.action == "delete":
        return f"DELETE FROM {table} AS target WHERE {found}"  # noqa: S608 - quoted names, marks
    changed = [name for name in write.columns if name not in write.keys]
    if write.action == "update":
        settings = ", ".join(f"{quote(name)} = {marks[name]}" for name in changed)
        return f"UPDATE {table} AS target SET {settings} WHERE {found}"  # noqa: S608 - as above
    names = ", ".join(map(quote, order))
    insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join(marks.values())})"  # noqa: S608 - as above
    if write.action == "insert":
        return insert
    keys = ", ".join(map(quote, write.keys))
    settings = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in changed)
    then = f"UPDATE SET {settings}" if settings else "NOTHING"
    return f"{insert} ON CONFLICT ({keys}) DO {then}"


def parameter_order(write: TableWrite) -> Sequence[str]:
    """The columns in the order of the statement's parameters."""
    return write.keys if write.action == "delete" else write.columns


def row_values(write: TableWrite, row: SqlParams) -> list[Any]:
    """One row's values in the order of the statement's parameters."""
    assert isinstance(row, Mapping)
    return [row[name] for name in parameter_order(write)]


def require_columns(write: TableWrite, existing: Sequence[str]) -> None:
    """Refuse a write to columns that the table does not have.

    Raises:
        NodeFailed: naming what there is.
    """
    if not existing:
        raise NodeFailed(f"the database has no table {write.table!r}")
    unknown = [name for name in write.columns if name not in existing]
    if unknown:
        raise NodeFailed(
            f"the table {write.table!r} has no column {unknown[0]!r}; it has: {', '.join(existing)}"
        )
