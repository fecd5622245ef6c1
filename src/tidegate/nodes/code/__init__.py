"""Nodes that run users' code."""
