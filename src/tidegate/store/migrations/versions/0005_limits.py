"""Limits of how many executions may be under way at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Executions that are there have no limits."""
    op.add_column("executions", sa.Column("limit_key", sa.Text()))
    op.add_column("executions", sa.Column("limit_count", sa.Integer()))
    op.add_column(
        "executions",
        sa.Column("is_parked", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    where = sa.text("limit_key IS NOT NULL AND finished_at IS NULL")
    op.create_index(
        "ix_executions_limit_key",
        "executions",
        ["limit_key"],
        sqlite_where=where,
        postgresql_where=where,
    )
