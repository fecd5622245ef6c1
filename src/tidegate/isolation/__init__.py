"""Processes for untrusted work: the pool, its limits, and the lock on each process."""
