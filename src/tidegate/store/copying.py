"""All rows of a PostgreSQL database as they are at one moment, out of it and into an empty one.

Each table is a stream of bytes in PostgreSQL's own text format. Tables and columns are those that
the database has: it may be an older Tidegate's. A SQLite database is one file:
:func:`tidegate.store.schema.copy_sqlite`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, inspect

from tidegate.errors import UserError
from tidegate.store import engines, schema
from tidegate.store.errors import translate

Columns = Mapping[str, Sequence[str]]
"""The columns of each table, in the order of its rows; tables that others refer to come first."""


@contextmanager
def one_moment(url: URL) -> Iterator[Connection]:
    """A session that sees one state, whatever others write meanwhile.

    Raises:
        OperationalError: the database can't be reached.
    """
    engine = engines.reading_engine(url, 1)
    level = "REPEATABLE READ" if url.get_backend_name() == "postgresql" else "SERIALIZABLE"
    with _translated(engine), engine.connect() as connection:
        yield connection.execution_options(isolation_level=level)


@contextmanager
def one_change(url: URL) -> Iterator[Connection]:
    """A session in a transaction: all that is done in it, or nothing.

    Raises:
        OperationalError: the database can't be reached or written.
    """
    engine = engines.writing_engine(url, "process")
    with _translated(engine), engine.connect() as connection, connection.begin():
        yield connection


def columns_of(connection: Connection) -> dict[str, list[str]]:
    """The tables of the database, and their columns."""
    inspector = inspect(connection)
    names = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name is not None]
    return {
        name: [column["name"] for column in inspector.get_columns(name)]
        for name in names
        if name != schema.VERSION_TABLE
    }


def copy_out(
    connection: Connection, table: str, columns: Sequence[str], write: Callable[[bytes], Any]
) -> None:
    """Write all rows of a table, piece by piece."""
    session: Any = connection.connection.driver_connection
    with (
        session.cursor() as cursor,
        cursor.copy(_copy(connection, table, columns, "TO STDOUT")) as rows,
    ):
        for piece in rows:
            write(bytes(piece))


def make_tables(connection: Connection, revision: str) -> Columns:
    """Make the tables of a revision in an empty database; none of them holds a row.

    Raises:
        UserError: it is not empty.
    """
    if schema.current_revision(connection) is not None:
        raise UserError("this database holds tables already; restore into an empty one")
    schema.upgrade(connection, revision)
    columns = columns_of(connection)
    for table in reversed(columns):  # migrations put a row or two in
        name = _quoted(connection, table)
        if connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT 1").first() is not None:  # noqa: S608 - a table of ours
            connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - as above
    return columns


def copy_in(
    connection: Connection, table: str, columns: Sequence[str], pieces: Iterator[bytes]
) -> None:
    """Put rows into an empty table, as :func:`copy_out` wrote them."""
    session: Any = connection.connection.driver_connection
    with (
        session.cursor() as cursor,
        cursor.copy(_copy(connection, table, columns, "FROM STDIN")) as rows,
    ):
        for piece in pieces:
            rows.write(piece)
    for column in inspect(connection).get_pk_constraint(table)["constrained_columns"]:
        _count_on(session, _quoted(connection, table), column, _quoted(connection, column))


def _count_on(session: Any, table: str, column: str, quoted: str) -> None:
    """Let a column that counts up go on behind the highest number that it has."""
    sequence = session.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column]).fetchone()
    if sequence[0] is None:
        return
    highest = session.execute(f"SELECT max({quoted}) FROM {table}").fetchone()  # noqa: S608 - names of our own tables
    if highest[0] is not None:
        session.execute("SELECT setval(%s, %s)", [sequence[0], highest[0]])


def _copy(connection: Connection, table: str, columns: Sequence[str], direction: str) -> str:
    """The statement; its names are those that the database gave us."""
    names = ", ".join(_quoted(connection, name) for name in columns)
    return f"COPY {_quoted(connection, table)} ({names}) {direction}"


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    """Errors of the database as ours; the engine is let go of at the end."""
    try:
        yield
    except Exception as error:
        failure = translate(error)
        if failure is error:
            raise
        raise failure from error
    finally:
        engine.dispose()
