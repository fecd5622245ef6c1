"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ID = sa.String(36)
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEARCHABLE_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _people()
    _workflows()
    _schedules_and_state()
    _executions()
    _execution_indexes()
    _node_executions()
    _execution_logs()
    _http_request_logs()
    _security_events()


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_api_keys_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])
    op.create_table(
        "credentials",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credentials"),
        sa.UniqueConstraint("name", name="uq_credentials_name"),
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_subject_seq", "audit_log", ["subject", "seq"])


def _workflows() -> None:
    op.create_table(
        "workflows",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("version_hash", sa.String(64)),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workflows"),
        sa.UniqueConstraint("path", name="uq_workflows_path"),
    )
    op.create_index(
        "uq_workflows_name_without_path",
        "workflows",
        ["name"],
        unique=True,
        sqlite_where=sa.text("path IS NULL"),
        postgresql_where=sa.text("path IS NULL"),
    )
    op.create_table(
        "workflow_versions",
        sa.Column("workflow_id", ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_workflow_versions_workflow_id_workflows",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workflow_id", "hash", name="pk_workflow_versions"),
    )


def _schedules_and_state() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", ID, nullable=False),
        sa.Column("workflow_id", ID, nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_schedules_workflow_id_workflows",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sa.UniqueConstraint("workflow_id", "trigger", name="uq_schedules_workflow_id_trigger"),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])
    op.create_table(
        "state",
        sa.Column("workflow_id", ID, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_state_workflow_id_workflows",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workflow_id", "node_id", "key", name="pk_state"),
    )


def _executions() -> None:
    op.create_table(
        "executions",
        sa.Column("number", COUNTER, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("workflow_id", ID, nullable=False),
        sa.Column("version_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("wake_at", sa.BigInteger()),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("crashes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("errors_handled", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("usage", sa.Text()),
        sa.Column("custom_data", sa.LargeBinary()),
        sa.Column("variables", sa.LargeBinary()),
        sa.Column("parent_id", ID),
        sa.Column("parent_node", sa.Text()),
        sa.ForeignKeyConstraint(
            ["workflow_id", "version_hash"],
            ["workflow_versions.workflow_id", "workflow_versions.hash"],
            name="fk_executions_workflow_id_version_hash_workflow_versions",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_executions"),
        sa.UniqueConstraint("id", name="uq_executions_id"),
        sqlite_autoincrement=True,
    )


def _execution_indexes() -> None:
    op.create_index("ix_executions_created_at_number", "executions", ["created_at", "number"])
    op.create_index(
        "ix_executions_parent_id",
        "executions",
        ["parent_id"],
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_executions_status_created_at_number", "executions", ["status", "created_at", "number"]
    )
    op.create_index(
        "ix_executions_workflow_id_trigger_status_created_at_number",
        "executions",
        ["workflow_id", "trigger", "status", "created_at", "number"],
    )
    op.create_index(
        "ix_executions_wake_at",
        "executions",
        ["wake_at"],
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_index(
        "ix_executions_workflow_id_status_created_at_number",
        "executions",
        ["workflow_id", "status", "created_at", "number"],
    )


def _node_executions() -> None:
    op.create_table(
        "node_executions",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("execution_id", ID, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("node_type", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempt_status", sa.String(16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("wake_at", sa.BigInteger()),
        sa.Column("items_in", sa.BigInteger(), nullable=False),
        sa.Column("items_out", sa.BigInteger(), nullable=False),
        sa.Column("output", sa.LargeBinary()),
        sa.Column("output_file", sa.Text()),
        sa.Column("batches", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("errors_handled", sa.Integer(), nullable=False),
        sa.Column("resource_usage", SEARCHABLE_JSON),
        sa.Column("network_metrics", SEARCHABLE_JSON),
        sa.Column("security_events", SEARCHABLE_JSON),
        sa.Column("output_data", SEARCHABLE_JSON),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name="fk_node_executions_execution_id_executions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_node_executions"),
    )
    op.create_index(
        "ix_node_executions_execution_id_seq", "node_executions", ["execution_id", "seq"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "ix_node_executions_network_metrics",
            "node_executions",
            ["network_metrics"],
            postgresql_using="gin",
            postgresql_ops={"network_metrics": "jsonb_path_ops"},
        )
        op.create_index(
            "ix_node_executions_output_data",
            "node_executions",
            ["output_data"],
            postgresql_using="gin",
            postgresql_ops={"output_data": "jsonb_path_ops"},
        )


def _execution_logs() -> None:
    op.create_table(
        "execution_logs",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("execution_id", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text()),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("data", sa.Text()),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name="fk_execution_logs_execution_id_executions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_execution_logs"),
    )
    op.create_index("ix_execution_logs_execution_id_seq", "execution_logs", ["execution_id", "seq"])


def _http_request_logs() -> None:
    op.create_table(
        "http_request_logs",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("execution_id", ID, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("request_headers", SEARCHABLE_JSON),
        sa.Column("request_body", SEARCHABLE_JSON),
        sa.Column("response_status", sa.Integer()),
        sa.Column("response_headers", SEARCHABLE_JSON),
        sa.Column("response_body", SEARCHABLE_JSON),
        sa.Column("response_time", sa.Float(53)),
        sa.Column("error_message", sa.Text()),
        sa.Column("timings", SEARCHABLE_JSON),
        sa.Column("bytes_in", sa.BigInteger(), nullable=False),
        sa.Column("bytes_out", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name="fk_http_request_logs_execution_id_executions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_http_request_logs"),
    )
    op.create_index(
        "ix_http_request_logs_execution_id_seq", "http_request_logs", ["execution_id", "seq"]
    )


def _security_events() -> None:
    op.create_table(
        "security_events",
        sa.Column("seq", COUNTER, nullable=False),
        sa.Column("execution_id", ID),
        sa.Column("node_id", sa.Text()),
        sa.Column("event_type", sa.String(50), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("details", SEARCHABLE_JSON),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name="fk_security_events_execution_id_executions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_security_events"),
    )
    op.create_index("ix_security_events_event_type", "security_events", ["event_type"])
    op.create_index("ix_security_events_execution_id", "security_events", ["execution_id"])
