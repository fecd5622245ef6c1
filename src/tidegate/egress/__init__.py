"""The gate: the only place that opens a socket to what a workflow or a user can address."""
