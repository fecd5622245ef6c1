"""The database: tables, one writer with group commit, and every query, one file per resource."""
