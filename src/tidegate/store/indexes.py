"""Indexes that each dialect makes in its own way. Only migrations are compared with them.

They stand apart from the tables, because naming an option of PostgreSQL loads its dialect.
"""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Index, text

from tidegate.store.tables import executions, node_executions, security_events, workflows


def _partial(name: str, *columns: ColumnElement[Any], where: str, unique: bool = False) -> Index:
    """An index of the rows for which ``where`` holds."""
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )


def _of_events(name: str, where: str) -> Index:
    """An index of security events of each severity, in the order of lists."""
    events = security_events.c
    return _partial(name, events.severity, events.created_at, events.seq, where=where)


def _gin(name: str, column: Column[str]) -> Index:
    """An index for ``column @> value``; only PostgreSQL has such indexes."""
    options = {column.name: "jsonb_path_ops"}
    index = Index(name, column, postgresql_using="gin", postgresql_ops=options)
    return index.ddl_if(dialect="postgresql")


INDEXES: Final = (
    # A workflow that is not a file is known by its name.
    _partial("uq_workflows_name_without_path", workflows.c.name, where="path IS NULL", unique=True),
    _partial("ix_executions_wake_at", executions.c.wake_at, where="wake_at IS NOT NULL"),
    _partial(
        "ix_executions_limit_key",
        executions.c.limit_key,
        where="limit_key IS NOT NULL AND finished_at IS NULL",
    ),
    _partial("ix_executions_parent_id", executions.c.parent_id, where="parent_id IS NOT NULL"),
    _partial(
        "ix_executions_duration",
        executions.c.finished_at - executions.c.started_at,
        executions.c.number,
        where="started_at IS NOT NULL AND finished_at IS NOT NULL",
    ),
    _of_events("ix_security_events_open", "acknowledged_at IS NULL"),
    _of_events("ix_security_events_acknowledged", "acknowledged_at IS NOT NULL"),
    _gin("ix_node_executions_output_data", node_executions.c.output_data),
    _gin("ix_node_executions_network_metrics", node_executions.c.network_metrics),
)
