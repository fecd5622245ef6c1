"""Which executions have large outputs in files."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from tidegate.store.tables import node_executions

_ROWS: int = 1000


def keys(connection: Connection) -> Iterator[tuple[str, str]]:
    """(execution's id, key of the file) of each, in the state that the connection sees."""
    columns = node_executions.c
    statement = (
        select(columns.execution_id, columns.output_file)
        .where(columns.output_file.is_not(None))
        .distinct()
        .execution_options(yield_per=_ROWS)
    )
    for row in connection.execute(statement):
        yield row.execution_id, row.output_file
