"""Schedules: the version that each was read from, the time that is planned, and the last one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """The table is made anew: nothing has written to it before this."""
    op.drop_table("schedules")
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("workflow_id", sa.String(36), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("version_hash", sa.String(64), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.BigInteger()),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("last_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name="fk_schedules_workflow_id_workflows",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("workflow_id", "trigger", name="uq_schedules_workflow_id_trigger"),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])
