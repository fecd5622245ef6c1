"""Nodes that decide where items go and when."""
