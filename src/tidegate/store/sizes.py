"""How large the database is."""

from sqlalchemy import Connection


def database_bytes(connection: Connection) -> int:
    """Bytes on disk."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    return int(
        connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    )
