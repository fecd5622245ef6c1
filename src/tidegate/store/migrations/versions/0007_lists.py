"""What people sort by and tick off, and when credentials were used."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ENDED = sa.text("started_at IS NOT NULL AND finished_at IS NOT NULL")


def upgrade() -> None:
    """Nothing that is there was acknowledged, and of no credential is known when it was used."""
    op.add_column("credentials", sa.Column("last_used_at", sa.BigInteger()))
    for column in (
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("note", sa.Text()),
    ):
        op.add_column("security_events", column)
    for name, where in (("open", "IS NULL"), ("acknowledged", "IS NOT NULL")):
        condition = sa.text(f"acknowledged_at {where}")
        op.create_index(
            f"ix_security_events_{name}",
            "security_events",
            ["severity", "created_at", "seq"],
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_index(
        "ix_executions_duration",
        "executions",
        [sa.text("(finished_at - started_at)"), "number"],
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )
    for sorted_by in ("name", "updated_at"):
        op.create_index(f"ix_workflows_{sorted_by}_id", "workflows", [sorted_by, "id"])
