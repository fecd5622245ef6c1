"""Answers to requests that must not be done twice; kept for a day."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, delete, or_, select, update

from tidegate.model.execution import now_us
from tidegate.store.account_tables import idempotency_keys
from tidegate.store.upsert import insert_if_new

KEPT_FOR: Final = 24 * 3600 * 1_000_000
UNDER_WAY_FOR: Final = 120 * 1_000_000
"""After so long a request that never ended has died with its process."""

_columns = idempotency_keys.c


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; ``status`` None: the request is under way. ``headers`` is JSON."""

    request_hash: str
    status: int | None
    headers: str | None
    body: bytes | None


def begin(connection: Connection, key_hash: str, request_hash: str) -> Answer | None:
    """Take a key for a request; what there is of it, if somebody has taken it before."""
    now = now_us()
    died = and_(_columns.status.is_(None), _columns.created_at < now - UNDER_WAY_FOR)
    connection.execute(
        delete(idempotency_keys).where(or_(_columns.created_at < now - KEPT_FOR, died))
    )
    row = {"key_hash": key_hash, "request_hash": request_hash, "created_at": now}
    if connection.execute(insert_if_new(connection, idempotency_keys, **row)).rowcount:
        return None
    found = connection.execute(
        select(_columns.request_hash, _columns.status, _columns.headers, _columns.body).where(
            _columns.key_hash == key_hash
        )
    ).one()
    return Answer(**found._asdict())


def keep(connection: Connection, key_hash: str, answer: Answer) -> None:
    """Keep the answer to the request that has the key."""
    connection.execute(
        update(idempotency_keys)
        .where(_columns.key_hash == key_hash)
        .values(status=answer.status, headers=answer.headers, body=answer.body)
    )


def forget(connection: Connection, key_hash: str) -> None:
    """Free a key: its request was refused."""
    connection.execute(delete(idempotency_keys).where(_columns.key_hash == key_hash))
