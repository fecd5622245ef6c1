"""The tables of people, secrets and schedules. Times are microseconds since 1970 in UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from tidegate.store.tables import MAIN_PROJECT, Counter, Id, Time, metadata

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("created_at", Time, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time),
    Column("last_used_at", Time),
    # JSON: the names of what the key may do; null: all that its user may.
    Column("scopes", Text),
    # The beginning of the key, by which people tell keys apart.
    Column("prefix", String(16), nullable=False, server_default=text("''")),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    # Sealed by the vault: the shared secret, hashes of recovery codes, the last time step.
    Column("data", LargeBinary, nullable=False),
    Column("created_at", Time, nullable=False),
    # Null until a first code was given: it is not asked for before.
    Column("confirmed_at", Time),
)

identities = Table(
    "identities",
    metadata,
    # Of an OpenID Connect provider, and its name for the person.
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Time, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    # setup, invitation or password_reset.
    Column("kind", String(16), nullable=False),
    Column("email", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
)

projects = Table(
    "projects",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
)

project_members = Table(
    "project_members",
    metadata,
    Column("project_id", Id, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    PrimaryKeyConstraint("project_id", "user_id"),
)

variables = Table(
    "variables",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    # Exact JSON text.
    Column("value", LargeBinary, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("project_id", "name"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    # Of the caller, the route and the key together.
    Column("key_hash", String(64), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    # Null while the request is under way.
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
    Column("created_at", Time, nullable=False, index=True),
)

server_processes = Table(
    "server_processes",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("started_at", Time, nullable=False),
    Column("seen_at", Time, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    # Sealed by the vault; ``key_id`` names the key that opens it.
    Column("data", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("project_id", Id, nullable=False, server_default=MAIN_PROJECT),
    # When it was opened last, true to a minute.
    Column("last_used_at", Time),
    # How the last test of these values went; null: nobody has tested them.
    Column("tested_at", Time),
    Column("test_works", Boolean),
    Column("test_text", Text),
    # When it ends, and who says so: its certificate, its grant or a person.
    Column("expires_at", Time),
    Column("expires_from", String(16)),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Counter, primary_key=True, autoincrement=True),
    Column("created_at", Time, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    # Exact JSON text: the hash covers it.
    Column("details", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # Of the vault's key that the hash was made with.
    Column("key_id", Text, nullable=False),
    Index(None, "subject", "seq"),
    Index(None, "action", "seq"),
    Index(None, "actor", "seq"),
    Index(None, "created_at", "seq"),
    sqlite_autoincrement=True,
)

audit_head = Table(
    "audit_head",
    metadata,
    # One row, made with the table: whoever adds to the log locks it.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("mac", String(64), nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("trigger", Text, nullable=False),
    # Of the workflow version that it was read from.
    Column("version_hash", String(64), nullable=False),
    # The parameters of the trigger, as JSON: other ones begin anew.
    Column("params", Text, nullable=False),
    # The time that comes next; null: none does.
    Column("planned_at", Time),
    # When that is acted upon: the same, or a little later (jitter).
    Column("next_at", Time, index=True),
    # The last time that was acted upon.
    Column("last_at", Time),
    # Its trigger looks at these times whether there is something to start for.
    Column("polls", Boolean, nullable=False, server_default=false()),
    # How often it failed in a row, and why (JSON).
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    UniqueConstraint("workflow_id", "trigger"),
)

state = Table(
    "state",
    metadata,
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("node_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", Time, nullable=False),
    PrimaryKeyConstraint("workflow_id", "node_id", "key"),
)
