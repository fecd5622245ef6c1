"""Schedules of triggers that poll: how often they failed in a row, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """No trigger has polled yet."""
    op.add_column(
        "schedules", sa.Column("polls", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "schedules",
        sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.add_column("schedules", sa.Column("error", sa.Text()))
