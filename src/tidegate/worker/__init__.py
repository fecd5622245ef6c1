"""Runs executions: claim, run, heartbeat, finish."""
