"""The tables of executions and workflows, the same on SQLite and PostgreSQL.

Times are microseconds since 1970 in UTC. Two kinds of JSON are kept: ``Text`` and ``LargeBinary``
columns hold the exact JSON text and are the truth; :data:`SearchableJson` columns are made for
searching (JSONB on PostgreSQL, where NUL can't be kept) or hold data that we made ourselves.
:mod:`tidegate.store.indexes` has those indexes that differ between the two.
"""

from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MAIN_PROJECT: Final = "00000000-0000-7000-8000-000000000001"
"""The project that is always there: what was made without naming one belongs to it."""

Id = String(36)
Time = BigInteger
Counter = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up; SQLite does that only for its INTEGER."""


class SearchableJson(TypeDecorator[Any]):
    """JSON that is searched: JSONB on PostgreSQL, whose dialect is imported only there."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of this dialect."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - see the class

        return dialect.type_descriptor(JSONB())


def _counter(name: str) -> Column[int]:
    return Column(name, Counter, primary_key=True, autoincrement=True)


def _execution_id(*, nullable: bool = False) -> Column[str]:
    """The execution that a row belongs to and goes with."""
    return Column(
        "execution_id",
        Id,
        ForeignKey("executions.id", ondelete="CASCADE"),
        nullable=nullable,
    )


workflows = Table(
    "workflows",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("path", Text, unique=True),
    Column("version_hash", String(64)),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("project_id", Id, nullable=False, server_default=MAIN_PROJECT, index=True),
    # Counts the changes of this row: what an ETag names.
    Column("revision", Integer, nullable=False, server_default=text("1")),
    # The document as it is being edited, and the items that stand in for nodes meanwhile.
    Column("draft", LargeBinary),
    Column("pinned_data", LargeBinary),
    # The version that triggers start.
    Column("published_hash", String(64)),
    Column("folder", Text, nullable=False, server_default=text("''")),
    # A JSON list of texts.
    Column("tags", Text, nullable=False, server_default="[]"),
    Column("deleted_at", Time),
    # The email of a person; empty where nobody knows, as of a file.
    Column("created_by", Text, nullable=False, server_default=text("''")),
    # Lists are ordered by one of these.
    Index(None, "name", "id"),
    Index(None, "updated_at", "id"),
    Index(None, "created_by", "id"),
)

workflow_versions = Table(
    "workflow_versions",
    metadata,
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", Time, nullable=False),
    # Set when it is published: the first is 1.
    Column("number", Integer),
    Column("author", Text, nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("workflow_id", "hash"),
)

executions = Table(
    "executions",
    metadata,
    _counter("number"),
    Column("id", Id, nullable=False, unique=True),
    Column("workflow_id", Id, nullable=False),
    Column("version_hash", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("trigger", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("started_at", Time),
    Column("finished_at", Time),
    # Set exactly while the execution waits.
    Column("wake_at", Time),
    Column("token", BigInteger, nullable=False),
    Column("owner", Text, nullable=False),
    Column("lease_until", Time),
    Column("crashes", Integer, nullable=False, server_default=text("0")),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("errors_handled", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("usage", Text),
    # The items that it put out; null until it ends.
    Column("items_out", BigInteger),
    Column("custom_data", LargeBinary),
    Column("variables", LargeBinary),
    Column("parent_id", Id),
    Column("parent_node", Text),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    # Not before this time; null: at once.
    Column("not_before", Time),
    # The execution whose stored results this one began with.
    Column("based_on_id", Id),
    # Of executions that may not all be under way at once: what they share, how many may be, and
    # whether this one waits for its turn.
    Column("limit_key", Text),
    Column("limit_count", Integer),
    Column("is_parked", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(
        ["workflow_id", "version_hash"], ["workflow_versions.workflow_id", "workflow_versions.hash"]
    ),
    # Lists are ordered by (created_at, number): each filter has an index in that order.
    Index(None, "created_at", "number"),
    Index(None, "status", "created_at", "number"),
    Index(None, "workflow_id", "status", "created_at", "number"),
    Index(None, "workflow_id", "trigger", "status", "created_at", "number"),
    sqlite_autoincrement=True,
)

node_executions = Table(
    "node_executions",
    metadata,
    _counter("seq"),
    _execution_id(),
    Column("node_id", Text, nullable=False),
    Column("node_type", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempt_status", String(16), nullable=False),
    Column("started_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("wake_at", Time),
    Column("items_in", BigInteger, nullable=False),
    Column("items_out", BigInteger, nullable=False),
    Column("output", LargeBinary),
    Column("output_file", Text),
    Column("batches", Text),
    Column("error", Text),
    Column("errors_handled", Integer, nullable=False),
    Column("resource_usage", SearchableJson),
    Column("network_metrics", SearchableJson),
    Column("security_events", SearchableJson),
    Column("output_data", SearchableJson),
    Index(None, "execution_id", "seq"),
)

execution_logs = Table(
    "execution_logs",
    metadata,
    _counter("seq"),
    _execution_id(),
    Column("created_at", Time, nullable=False),
    Column("level", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("node_id", Text),
    Column("path", Text, nullable=False),
    Column("data", Text),
    Index(None, "execution_id", "seq"),
)

http_request_logs = Table(
    "http_request_logs",
    metadata,
    _counter("seq"),
    _execution_id(),
    Column("node_id", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("request_headers", SearchableJson),
    Column("request_body", SearchableJson),
    Column("response_status", Integer),
    Column("response_headers", SearchableJson),
    Column("response_body", SearchableJson),
    Column("response_time", Float(53)),
    Column("error_message", Text),
    Column("timings", SearchableJson),
    Column("bytes_in", BigInteger, nullable=False),
    Column("bytes_out", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    # The place in the node's input of the item that it was for; null where for no single one.
    Column("item", BigInteger),
    Index(None, "execution_id", "seq"),
)

security_events = Table(
    "security_events",
    metadata,
    _counter("seq"),
    _execution_id(nullable=True),
    Column("node_id", Text),
    Column("event_type", String(50), nullable=False),
    Column("severity", String(20), nullable=False),
    Column("description", Text, nullable=False),
    Column("details", SearchableJson),
    Column("created_at", Time, nullable=False),
    # Set when somebody has looked at it: who, and what they noted.
    Column("acknowledged_at", Time),
    Column("acknowledged_by", Text),
    Column("note", Text),
    # Lists are ordered by (created_at, seq): each filter has an index in that order.
    Index(None, "created_at", "seq"),
    Index(None, "severity", "created_at", "seq"),
    Index(None, "event_type", "created_at", "seq"),
    Index(None, "execution_id", "created_at", "seq"),
    Index(None, "node_id", "created_at", "seq"),
)
