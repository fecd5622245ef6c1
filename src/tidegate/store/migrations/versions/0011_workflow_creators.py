"""Workflows: who made them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Of those that are there already nobody knows: versions say who published, not who began."""
    op.add_column(
        "workflows",
        sa.Column("created_by", sa.Text(), nullable=False, server_default=sa.text("''")),
    )
    op.create_index(op.f("ix_workflows_created_by_id"), "workflows", ["created_by", "id"])
