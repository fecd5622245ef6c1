"""Credentials: how their last test went, and when they end."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing was tested yet, and nothing is known to end."""
    op.add_column("credentials", sa.Column("tested_at", sa.BigInteger()))
    op.add_column("credentials", sa.Column("test_works", sa.Boolean()))
    op.add_column("credentials", sa.Column("test_text", sa.Text()))
    op.add_column("credentials", sa.Column("expires_at", sa.BigInteger()))
    op.add_column("credentials", sa.Column("expires_from", sa.String(16)))
