"""The servers that work on a database: each writes a row every few seconds."""

from sqlalchemy import Connection, delete, func, select, update

from tidegate.store.account_tables import server_processes
from tidegate.store.upsert import insert_if_new


def beat(connection: Connection, owner: str, now: int) -> None:
    """Say that this process lives; ``now`` is microseconds."""
    changed = connection.execute(
        update(server_processes).where(server_processes.c.owner == owner).values(seen_at=now)
    )
    if changed.rowcount == 0:
        row = {"owner": owner, "started_at": now, "seen_at": now}
        connection.execute(insert_if_new(connection, server_processes, **row))


def leave(connection: Connection, owner: str) -> None:
    """This process ends."""
    connection.execute(delete(server_processes).where(server_processes.c.owner == owner))


def alive(connection: Connection, since: int) -> int:
    """How many processes have said since a moment (microseconds) that they live."""
    seen = select(func.count()).where(server_processes.c.seen_at >= since)
    return connection.scalar(seen) or 0
