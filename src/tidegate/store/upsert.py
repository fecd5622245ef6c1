"""INSERTs that leave an existing row as it is: both dialects have them, each its own."""

from functools import cache

from sqlalchemy import Connection, Insert, Table


def insert_if_new(connection: Connection, table: Table, **values: object) -> Insert:
    """``INSERT ... ON CONFLICT DO NOTHING`` in the dialect of the connection.

    Its ``rowcount`` is 1 or 0; without the option psycopg's would be -1 either way.
    """
    return any_if_new(connection.dialect.name, table).values(values)


@cache
def any_if_new(dialect: str, table: Table) -> Insert:
    """The same without values: they are given when it is executed. Made once."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - only the dialect that is in use

        statement = sqlite.insert(table).on_conflict_do_nothing()
        return statement.execution_options(preserve_rowcount=True)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as above

    made = postgresql.insert(table).on_conflict_do_nothing()
    return made.execution_options(preserve_rowcount=True)
