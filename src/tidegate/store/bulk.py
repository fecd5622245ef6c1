"""Many rows into one table at once.

SQLite gets few large ``INSERT ... VALUES`` statements: its driver lets go of the interpreter lock
at every step, so a statement per row would wait for the busy event loop once a row. PostgreSQL
gets ``COPY``, which costs neither planning nor a prepared statement per combination of types.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table

Row = tuple[Any, ...]
Session = Any
"""A driver's own connection (sqlite3 or psycopg): a statement through SQLAlchemy costs 40 us more,
which counts where groups are small."""

_SIZES: Final = (128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
"""Rows of a prepared INSERT; any number of rows is the sum of few of them."""


class BulkInsert:
    """An INSERT of rows of one shape."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        names = ", ".join(f'"{table.c[column].name}"' for column in columns)
        self._copy = f"COPY {table.name} ({names}) FROM STDIN"
        values = f"({', '.join('?' * len(self.columns))})"
        head = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 - names of our tables and columns
        self._inserts = {size: head + ", ".join([values] * size) for size in _SIZES}

    def run(self, session: Session, rows: Sequence[Row]) -> None:
        """Insert ``rows``, each a tuple in the order of the columns."""
        if not isinstance(session, sqlite3.Connection):
            self._run_copy(session, rows)
            return
        start, left = 0, len(rows)
        for size in _SIZES:
            while left >= size:
                parameters: list[Any] = []
                for row in rows[start : start + size]:
                    parameters += row
                session.execute(self._inserts[size], parameters)
                start, left = start + size, left - size

    def _run_copy(self, session: Session, rows: Sequence[Row]) -> None:
        if not rows:
            return
        with session.cursor() as cursor, cursor.copy(self._copy) as copy:
            for row in rows:
                copy.write_row(row)
