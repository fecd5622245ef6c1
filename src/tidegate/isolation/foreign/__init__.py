"""Nodes of other packages: their code runs in locked processes, and never in this one."""
