"""HTTP requests: the item that each was sent for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Of requests that are there already nobody knows it."""
    op.add_column("http_request_logs", sa.Column("item", sa.BigInteger()))
