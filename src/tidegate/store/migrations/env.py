"""Alembic's environment: it runs on the session that the store has opened."""

from alembic import context

from tidegate.store import account_tables, indexes
from tidegate.store.tables import metadata

assert account_tables.users.metadata is metadata
assert indexes.INDEXES

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
