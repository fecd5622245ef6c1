"""SQL databases: SQLite files under the open folders, and PostgreSQL."""
