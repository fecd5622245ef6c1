"""Use cases: plain functions that take the app."""
