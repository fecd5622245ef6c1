"""Queues: they carry the ids of executions to exactly one worker, and nothing else."""
