"""The chain of the audit log, and security events listed by each filter in the order of time."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LISTED = ("severity", "event_type", "execution_id", "node_id")


def upgrade() -> None:
    """The audit log is made anew: nothing has written to it before this."""
    op.drop_table("audit_log")
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
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_log"),
        sqlite_autoincrement=True,
    )
    for column in ("action", "actor", "created_at", "subject"):
        op.create_index(f"ix_audit_log_{column}_seq", "audit_log", [column, "seq"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64, "key_id": "", "mac": ""}])
    _refuse_changes(op.get_bind().dialect.name)
    op.drop_index("ix_security_events_event_type", "security_events")
    op.drop_index("ix_security_events_execution_id", "security_events")
    for column in _LISTED:
        op.create_index(
            f"ix_security_events_{column}_created_at_seq",
            "security_events",
            [column, "created_at", "seq"],
        )
    op.create_index("ix_security_events_created_at_seq", "security_events", ["created_at", "seq"])


def _refuse_changes(dialect: str) -> None:
    """Entries are only added. Whoever owns the database can drop this; the chain then tells."""
    if dialect == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_log_no_{change.lower()} BEFORE {change} ON audit_log "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()"
    )
