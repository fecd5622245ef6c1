"""Executions: how many items they put out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Of executions that have ended, nobody counted them."""
    op.add_column("executions", sa.Column("items_out", sa.BigInteger()))
